//! Members of the table in; lines that a person reads, and the fields of objects, out.

use std::collections::BTreeMap;

use super::{Api, Class, Function, Kind, Member, Parameter, Passing};

impl Api {
    /// The members of a class that it does not have from others, each as a line: `label: int`,
    /// `setSize(width: int, height: int)`. What is not known is left out of them.
    pub fn lines(&self, class: &Class) -> Vec<String> {
        let members = self.sorted(class).into_iter();
        let members = members.filter(|(name, _)| !name.starts_with("__"));
        let lines = members.flat_map(|(name, member)| match member {
            Member::Function(first, after) => {
                let functions = (*first..*after).filter_map(|number| self.function(number));
                functions
                    .map(|function| self.function_line(function))
                    .collect()
            }
            Member::Value { kind, .. } if self.is_enumerator(class, kind) => {
                vec![name.to_owned()]
            }
            Member::Value { kind, .. } => match self.kind(kind) {
                Some(kind) => vec![format!("{name}: {kind}")],
                None => vec![name.to_owned()],
            },
            Member::Class(_) | Member::Module(_) => Vec::new(),
        });
        lines.collect()
    }

    pub(super) fn sorted<'a>(&self, class: &'a Class) -> BTreeMap<&'static str, &'a Member> {
        let members = self.members(class).iter();
        members.map(|(name, member)| (*name, member)).collect()
    }

    /// What objects of a class hold, without what they have from others, each with its type as far as that is known: values,
    /// and as `width` what `getWidth` gives or `setWidth` takes. Of an enumeration, its enumerators.
    pub fn fields(&self, class: &Class) -> BTreeMap<String, Option<String>> {
        let mut fields = BTreeMap::new();
        for (name, member) in self.sorted(class) {
            match member {
                Member::Value { kind, .. } => {
                    fields.insert(name.to_owned(), self.kind(kind));
                }
                Member::Function(first, _) => {
                    if let Some(field) = name.strip_prefix("get") {
                        let result = self.function(*first).map(|function| &function.result);
                        fields.insert(lower_first(field), result.and_then(|kind| self.kind(kind)));
                    } else if let Some(field) = name.strip_prefix("set") {
                        fields.entry(lower_first(field)).or_default();
                    }
                }
                Member::Class(_) | Member::Module(_) => {}
            }
        }
        fields
    }

    /// Whether the values of a class are its objects.
    pub fn is_enumeration(&self, class: &Class) -> bool {
        let mut members = self.members(class).values();
        members.any(|member| matches!(member, Member::Value { kind, .. } if self.is_enumerator(class, kind)))
    }

    /// The names of the classes that a class extends, the nearest first.
    pub fn base_names(&self, class: &Class) -> Vec<&'static str> {
        let bases = class.bases.iter();
        let bases = bases.filter_map(|number| self.classes.get(*number));
        bases.map(|base| base.name).collect()
    }

    pub(super) fn is_enumerator(&self, class: &Class, kind: &Kind) -> bool {
        matches!(kind, Kind::Object(number)
            if self.classes.get(*number).is_some_and(|known| known.name == class.name))
    }

    fn function_line(&self, function: &Function) -> String {
        let parameters = match &function.parameters {
            Some(parameters) => {
                let each = parameters.iter().map(|parameter| self.parameter(parameter));
                each.collect::<Vec<_>>().join(", ")
            }
            None => "…".to_owned(),
        };
        let result = self.kind(&function.result).filter(|kind| kind != "None");
        let result = result.map(|result| format!(" -> {result}"));
        format!(
            "{}({parameters}){}",
            function.name,
            result.unwrap_or_default()
        )
    }

    fn parameter(&self, parameter: &Parameter) -> String {
        let name = match parameter.passing {
            Passing::Keyword => format!("*, {}", parameter.name),
            Passing::Position | Passing::Either => parameter.name.to_owned(),
        };
        let kind = self.kind(&parameter.kind).map(|kind| format!(": {kind}"));
        let default = if parameter.optional { " = …" } else { "" };
        format!("{name}{}{default}", kind.unwrap_or_default())
    }

    fn kind(&self, kind: &Kind) -> Option<String> {
        let class = |number: usize| self.classes.get(number).map(|class| class.name.to_owned());
        match kind {
            Kind::Unknown => None,
            Kind::None => Some("None".to_owned()),
            Kind::Buffer => Some("bytes".to_owned()),
            Kind::Object(number) => class(*number),
            Kind::Generic(number, parts) => {
                let parts: Option<Vec<_>> = parts.iter().map(|part| self.kind(part)).collect();
                match parts {
                    Some(parts) => Some(format!("{}[{}]", class(*number)?, parts.join(", "))),
                    None => class(*number),
                }
            }
            Kind::Either(kinds) => {
                let kinds: Option<Vec<_>> = kinds.iter().map(|kind| self.kind(kind)).collect();
                Some(kinds?.join(" or "))
            }
        }
    }
}

/// `LensPosition` as a field: `lensPosition`.
fn lower_first(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|first| first.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}
