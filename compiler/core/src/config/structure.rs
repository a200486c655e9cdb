//! Structs as tables: the setters that are written, in the order their kind lists them, then the
//! properties that are written, so that a property always has the last word.

use oakc_diag::Diagnostic;
use oakc_runtime_schema::reflect::{Effects, Field, Setter, Shape, StructShape, Value};

use super::reader::Reader;
use super::{language, rules};
use crate::syntax::{Entry, NodeValue, Table};

impl Reader<'_> {
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
        let all = || setters.iter().chain(shape.setters);
        for setter in all() {
            if let Some(entry) = table.entry(setter.key) {
                self.setter(target, setter, entry);
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
                    self.unknown_key(entry, &known, &what);
                }
            }
        }
    }

    fn setter(&mut self, target: &mut Value, setter: &Setter, entry: &Entry) {
        let Some(argument) = self.entry(&setter.argument(), entry) else {
            return;
        };
        let mut effects = Effects::default();
        let applied = setter.apply.apply(target, &argument, &mut effects);
        self.collect(effects, entry);
        if let Err(reason) = applied {
            self.report(
                Diagnostic::new(
                    &rules::REFUSED_VALUE,
                    format!("`{}` is refused: {reason}", entry.key),
                )
                .label(entry.value.span, "this value"),
            );
        }
    }

    /// Adds what a setter did to what the others of the node did. Two that make one asset are two
    /// answers to one question.
    fn collect(&mut self, effects: Effects, entry: &Entry) {
        self.effects.queues.extend(effects.queues);
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
            self.within(&entry.key, |r| r.structure(slot, shape, &[], table, &[]));
        } else if let Some(value) = self.entry(&field.shape, entry) {
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

/// What a struct is called in a message: `ColorCamera` for `ColorCameraProperties`.
fn owner(shape: &StructShape) -> &'static str {
    let name = shape.name.rsplit("::").next().unwrap_or(shape.name);
    let name = name.strip_suffix("Properties").unwrap_or(name);
    name.strip_prefix("Raw").unwrap_or(name)
}
