//! Structs as tables: the setters that are written, in the order their kind lists them, then the
//! properties that are written, so that a property always has the last word.

use oakc_diag::{Diagnostic, Diagnostics, Fix, Span};
use oakc_runtime_schema::reflect::{Effects, Field, Setter, Shape, StructShape, Value};

use super::claims::{self, Claims, Leaf, Overridden};
use super::expectation::fits;
use super::reader::Reader;
use super::{language, rules, synonyms};
use crate::syntax::{Entry, Node, NodeValue, Table};

impl Reader<'_> {
    /// The same as [`Reader::structure`] for a struct that is not part of another one; notes which keys
    /// override each other.
    pub(super) fn whole(
        &mut self,
        target: &mut Value,
        shape: &'static StructShape,
        setters: &'static [Setter],
        table: &Table,
        others: &[&str],
    ) {
        let own = Claims::of(self.path());
        let outer = std::mem::replace(&mut self.claims, own);
        self.structure(target, shape, setters, table, others);
        let claims = std::mem::replace(&mut self.claims, outer);
        self.overridden.extend(claims.into_overridden());
    }

    /// Applies `table` to `target`, a value of `shape`. `setters` are shorthands beyond those of
    /// the struct itself; `others` are keys that may stand here but are read elsewhere, named for
    /// suggestions only.
    pub(super) fn structure(
        &mut self,
        target: &mut Value,
        shape: &'static StructShape,
        setters: &'static [Setter],
        table: &Table,
        others: &[&str],
    ) {
        self.note_deprecated(shape, table);
        let all = || setters.iter().chain(shape.setters);
        let mut refused = Vec::new();
        for setter in all() {
            if let Some(entry) = table.entry(setter.key) {
                let unset = self.setter(target, setter, shape, entry);
                refused.extend(unset.map(|value| (entry, value)));
            }
        }
        for (entry, value) in refused {
            if let Some((index, _)) = shape.field(&entry.key) {
                self.put(target, index, value, entry);
            }
        }
        for entry in &table.entries {
            if all().any(|setter| setter.key == entry.key) {
                continue;
            }
            match shape.field(&entry.key) {
                Some((index, field)) => self.field(target, index, field, entry),
                None => {
                    let keys = all().map(|setter| setter.key);
                    let keys = keys.chain(shape.fields.iter().map(|field| field.key));
                    let known: Vec<_> = keys.chain(others.iter().copied()).collect();
                    let what = self.belonging(shape);
                    match synonyms::meant(&entry.key, shape, setters) {
                        Some(meant) => self.meant_key(entry, &meant, &what),
                        None => self.unknown_key(entry, &known, &what),
                    }
                }
            }
        }
    }

    /// Applies a setter. What it refuses and the property of its name can hold is returned: it is to be put
    /// there after all setters, as the library packages what stands in a property.
    fn setter(
        &mut self,
        target: &mut Value,
        setter: &Setter,
        shape: &StructShape,
        entry: &Entry,
    ) -> Option<Value> {
        let noted = self.undocumented.len();
        let argument = self.argument(setter, entry)?;
        let before = target.clone();
        let mut effects = Effects::default();
        let applied = setter.apply.apply(target, &argument, &mut effects);
        let queues: Vec<_> = effects.queues.keys().copied().collect();
        self.collect(effects, entry);
        if let Err(reason) = applied {
            let field = shape.field(&entry.key);
            let is_sayable = field.is_some_and(|(_, field)| argument.has_shape(&field.shape));
            self.refuse(entry, &reason, noted, is_sayable);
            return is_sayable.then_some(argument);
        }
        let set = claims::set_by(setter, (&entry.value, &argument), &before, target);
        // One that sets a property as well is of use whatever the input says of its queue.
        if set.is_empty() {
            let maker = (entry.key.clone(), entry.key_span);
            let made = queues.into_iter().map(|input| (input, maker.clone()));
            self.queue_makers.extend(made);
        }
        self.claim(entry, set);
        None
    }

    /// Says that a setter refuses a value. A number without an enumerator, noted since there were `noted`
    /// notes, says more than that no setter takes one.
    fn refuse(&mut self, entry: &Entry, reason: &str, noted: usize, is_sayable: bool) {
        let unnamed = self.undocumented.len() > noted;
        if is_sayable && unnamed {
            return;
        }
        if unnamed {
            for mut note in self.undocumented.split_off(noted) {
                note.rule = &rules::UNKNOWN_ENUMERATOR;
                self.report(note);
            }
            return;
        }
        let rule = if is_sayable {
            &rules::UNDOCUMENTED_VALUE
        } else {
            &rules::REFUSED_VALUE
        };
        let message = format!("`{}` is refused: {reason}", entry.key);
        let diagnostic = Diagnostic::new(rule, message).label(entry.value.span, "this value");
        if is_sayable {
            self.note_undocumented(diagnostic);
        } else {
            self.report(diagnostic);
        }
    }

    /// The argument of a setter. Where it is of the wrong kind, the report says which forms there are.
    fn argument(&mut self, setter: &Setter, entry: &Entry) -> Option<Value> {
        let shape = setter.argument();
        let mut found = Diagnostics::new();
        let argument = self.reporting_to(&mut found, |r| r.entry(&shape, entry));
        for diagnostic in found {
            let is_form = *diagnostic.rule == rules::WRONG_TYPE
                && (diagnostic.labels.iter()).any(|label| label.span == entry.value.span);
            self.report(if is_form {
                self.with_form(diagnostic, setter, entry)
            } else {
                diagnostic
            });
        }
        argument
    }

    fn with_form(&self, diagnostic: Diagnostic, setter: &Setter, entry: &Entry) -> Diagnostic {
        let Some([above, below]) = fraction(&setter.argument(), &entry.value) else {
            return diagnostic.help(format!("`{}`: {}", entry.key, setter.doc));
        };
        let pair = format!("[{above}, {below}]");
        let place = diagnostic.place().unwrap_or(entry.value.span);
        let fix = Fix::suggested(format!("write `{pair}`")).edit(place, pair);
        let setting = self.language.setting(&entry.key, [above, below]);
        diagnostic.help(format!("write {setting}")).fix(fix)
    }

    /// Notes that a key sets these properties.
    fn claim(&mut self, entry: &Entry, leaves: Vec<Leaf>) {
        let path = self.within(&entry.key, |r| r.path().to_owned());
        self.claims.add(&path, entry.key_span, leaves);
    }

    /// Notes that an input says of its queue something else than a shorthand does.
    pub(super) fn overridden_queue(&mut self, input: &str, by: &str, by_span: Span) {
        if let Some((key, span)) = self.queue_makers.get(input).cloned() {
            self.overridden.push(Overridden {
                key,
                span,
                by: by.to_owned(),
                by_span,
            });
        }
    }

    /// Adds what a setter did to what the others of the node did. Two that make one asset are two
    /// answers to one question.
    fn collect(&mut self, effects: Effects, entry: &Entry) {
        self.effects.queues.extend(effects.queues);
        self.effects.module_folders.extend(effects.module_folders);
        self.effects.is_template |= effects.is_template;
        for (key, asset) in effects.assets {
            let maker = (entry.key.clone(), entry.key_span);
            if let Some((other, span)) = self.asset_makers.insert(key.clone(), maker) {
                self.report(
                    Diagnostic::new(
                        &rules::REFUSED_VALUE,
                        format!("`{other}` and `{}` set the same property", entry.key),
                    )
                    .label(entry.key_span, "set again here")
                    .secondary(span, "first set here")
                    .help("keep only one of the two"),
                );
            }
            self.effects.assets.insert(key, asset);
        }
    }

    /// Hands over what the setters of a node did, and starts anew.
    pub(super) fn take_effects(&mut self) -> Effects {
        self.asset_makers.clear();
        std::mem::take(&mut self.effects)
    }

    fn field(&mut self, target: &mut Value, index: usize, field: &Field, entry: &Entry) {
        let Value::Struct(slots) = target else {
            return;
        };
        let Some(slot) = slots.get_mut(index) else {
            return;
        };
        // A table changes what it names and leaves the rest of a nested struct as it is.
        if let (Shape::Struct(shape), NodeValue::Table(table)) = (&field.shape, &entry.value.value)
        {
            self.spans_at(&entry.key, entry.key_span);
            self.claims.enter(index);
            self.within(&entry.key, |r| r.structure(slot, shape, &[], table, &[]));
            self.claims.leave();
        } else if let Some(value) = self.entry(&field.shape, entry) {
            self.put(target, index, value, entry);
        }
    }

    /// Sets a field as it is written.
    fn put(&mut self, target: &mut Value, index: usize, value: Value, entry: &Entry) {
        self.claims.enter(index);
        self.claim(entry, claims::leaves(&value));
        self.claims.leave();
        if let Value::Struct(slots) = target
            && let Some(slot) = slots.get_mut(index)
        {
            *slot = value;
        }
    }

    /// What a key that should be there would be: a property of a kind of node, or a key of a
    /// part of the configuration.
    fn belonging(&self, shape: &StructShape) -> String {
        if self.is_in("nodes") && !language::PARTS_OF_NODES.contains(&shape.name) {
            format!("a property of {}", owner(shape))
        } else {
            format!("a key of `{}`", self.path())
        }
    }
}

/// The numbers of a text such as `2/3`, where a list of two numbers would be right.
fn fraction(shape: &Shape, node: &Node) -> Option<[i32; 2]> {
    let NodeValue::Str(text) = &node.value else {
        return None;
    };
    let (above, below) = text.split_once(['/', ':'])?;
    let [above, below] = [above, below].map(|part| part.trim().parse::<i32>().ok());
    let pair = [above?, below?];
    let span = node.span;
    let items = pair.map(|number| Node {
        span,
        value: NodeValue::Int(number.into()),
    });
    let list = Node {
        span,
        value: NodeValue::List(items.into()),
    };
    fits(shape, &list).then_some(pair)
}

/// What a struct is called in a message: `ColorCamera` for `ColorCameraProperties`.
fn owner(shape: &StructShape) -> &'static str {
    let name = shape.name.rsplit("::").next().unwrap_or(shape.name);
    let name = name.strip_suffix("Properties").unwrap_or(name);
    name.strip_prefix("Raw").unwrap_or(name)
}
