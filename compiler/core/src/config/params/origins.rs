//! Where the values of parameters come from: what is used where, and what is set where, in; for a place in the
//! configuration, the parameter that is used there and the place of its value, out. Nothing is looked up in the text.

use std::collections::{BTreeMap, BTreeSet};

use oakc_diag::{Diagnostic, Span};

use super::MAX_CHAIN;

/// Where the values of parameters come from.
#[derive(Clone, Debug, Default)]
pub(in crate::config) struct Origins {
    /// By the place where each is used.
    used: BTreeMap<Span, Origin>,
    /// By name: where each is set; nowhere if it is from outside.
    pub(super) set: BTreeMap<String, Option<Span>>,
    /// The names that stand in a text.
    mentioned: BTreeSet<String>,
    /// Whether a name is used that nothing declares: any other may be meant by it.
    doubtful: bool,
}

#[derive(Clone, Debug)]
struct Origin {
    name: String,
    /// Where the value is written; nowhere if it is from outside.
    place: Option<Span>,
}

impl Origins {
    pub(super) fn add(&mut self, used: Span, name: &str, place: Option<Span>) {
        let name = name.to_owned();
        self.used.insert(used, Origin { name, place });
    }

    /// The parameter that the value at a place is of, and where it is set.
    pub(in crate::config) fn param(&self, used: Span) -> Option<(&str, Option<Span>)> {
        let origin = self.find(used)?;
        Some((&origin.name, origin.place))
    }

    /// Whether any text mentions a parameter, or may mean it.
    pub(in crate::config) fn mentions(&self, name: &str) -> bool {
        self.doubtful || self.mentioned.contains(name)
    }

    /// Notes that a text names a parameter.
    pub(in crate::config) fn mention(&mut self, name: &str) {
        self.mentioned.insert(name.to_owned());
    }

    /// Notes that a text names a parameter that does not exist.
    pub(in crate::config) fn doubt(&mut self) {
        self.doubtful = true;
    }

    /// Where a parameter is set; nowhere if that is done from outside.
    pub(in crate::config) fn place_of(&self, name: &str) -> Option<Span> {
        *self.set.get(name)?
    }

    /// What is used at a place, after all parameters that stand for others.
    fn find(&self, used: Span) -> Option<&Origin> {
        let mut found = self.used.get(&used)?;
        for _ in 0..MAX_CHAIN {
            match found.place.and_then(|place| self.used.get(&place)) {
                Some(next) => found = next,
                None => break,
            }
        }
        Some(found)
    }

    /// Where the value that is used at a place is written: there, or where the parameter is set that it is;
    /// nowhere if that is done from outside.
    pub(in crate::config) fn written_at(&self, used: Span) -> Option<Span> {
        match self.find(used) {
            Some(origin) => origin.place,
            None => Some(used),
        }
    }

    /// The same problem; where it marks a parameter that is used, it marks the value, which has to change.
    pub(in crate::config) fn blame(&self, mut diagnostic: Diagnostic) -> Diagnostic {
        let mut used = Vec::new();
        for label in diagnostic.labels.iter_mut().filter(|label| label.primary) {
            if let Some(origin) = self.find(label.span) {
                used.push((label.span, origin));
                label.span = origin.place.unwrap_or(label.span);
            }
        }
        for (span, origin) in used {
            let name = &origin.name;
            diagnostic = match origin.place {
                Some(place) => {
                    let edits = diagnostic.fix.iter_mut().flat_map(|fix| &mut fix.edits);
                    edits
                        .filter(|edit| edit.span == span)
                        .for_each(|edit| edit.span = place);
                    diagnostic.secondary(span, format!("`{name}` is used here"))
                }
                None => diagnostic.help(from_outside(name)),
            };
        }
        diagnostic
    }

    /// The same problem; where it marks a parameter that is used, it also marks the value.
    pub(in crate::config) fn explain(&self, mut diagnostic: Diagnostic) -> Diagnostic {
        let primary = diagnostic.labels.iter().filter(|label| label.primary);
        let origins: Vec<_> = primary.filter_map(|label| self.find(label.span)).collect();
        for Origin { name, place } in origins {
            diagnostic = match place {
                Some(place) => diagnostic.secondary(*place, format!("`{name}` is set here")),
                None => diagnostic.help(from_outside(name)),
            };
        }
        diagnostic
    }
}

pub(in crate::config) fn from_outside(name: &str) -> String {
    format!("the value of the parameter `{name}` is set from outside of this file")
}
