//! The keys of a struct.
//!
//! In: what a fresh struct is, and what is wanted. Out: the fewest keys that a person would write
//! to get there. Never: keys whose effect was not tried and compared.
//!
//! The reader applies shorthands in the order in which their kind lists them, then properties. So
//! the search goes through the shorthands in that order and takes each one that leaves less to
//! write, trying it with the setter's own function; what still differs then is written as
//! properties. A shorthand that turns out to be superfluous is dropped again.

mod forms;
mod leaves;
mod shorthands;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use oakc_runtime_schema::reflect::{Asset, File, Model, Setter, Shape, StructShape, Value};

use super::document::{Entry, Literal};
use super::literal::{Unsayable, field_entry, literal};
use forms::Form;
use shorthands::{OpenField, State, Task};

/// What a struct should become, with all that belongs to it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted<'a> {
    /// Its value.
    pub(super) properties: &'a Value,
    /// The queues of its node's own inputs.
    pub(super) queues: &'a Queues,
    /// Its assets by key.
    pub(super) assets: &'a BTreeMap<String, Asset>,
    /// The files that hold its assets, by key.
    pub(super) files: &'a BTreeMap<String, String>,
    /// Those of its assets that are models, by key.
    pub(super) models: &'a BTreeMap<String, Arc<Model>>,
}

/// The queues that shorthands can change, by input.
pub(super) type Queues = BTreeMap<&'static str, Queue>;

/// What shorthands can change about a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Queue {
    /// How many messages it holds.
    pub(super) size: i32,
    /// Whether the node waits for a message on it.
    pub(super) wait: bool,
}

impl Wanted<'_> {
    fn file(&self, key: &str) -> Option<Arc<File>> {
        let path = self.files.get(key)?.clone();
        let bytes = Arc::clone(&self.assets.get(key)?.bytes);
        Some(Arc::new(File { path, bytes }))
    }

    fn model(&self, key: &str) -> Option<Arc<Model>> {
        self.models.get(key).cloned()
    }
}

/// What is to be written, and what it makes beside the properties.
#[derive(Debug)]
pub(super) struct Keys {
    /// The keys in the order of what they set.
    pub(super) entries: Vec<Entry>,
    /// The queues as the keys leave them.
    pub(super) queues: Queues,
    /// The assets that the keys make.
    pub(super) assets: BTreeMap<String, Asset>,
    /// What cannot be written, with the reason.
    pub(super) lost: Vec<Unsayable>,
    /// What it costs to write them.
    cost: u32,
    /// The shorthands among them, by position.
    shorthands: BTreeSet<usize>,
}

/// A kind of struct with its shorthands.
#[derive(Clone, Copy)]
pub(super) struct Subject {
    /// Tells it from others.
    pub(super) name: &'static str,
    /// Its shape.
    pub(super) shape: &'static StructShape,
    /// Shorthands beyond those of the shape.
    pub(super) setters: &'static [Setter],
}

impl Subject {
    /// A struct that has no shorthands but those of its shape.
    pub(super) fn of(shape: &'static StructShape) -> Self {
        Self {
            name: shape.name,
            shape,
            setters: &[],
        }
    }
}

/// Finds keys; remembers what it learnt about shorthands.
#[derive(Debug, Default)]
pub(super) struct Search {
    forms: BTreeMap<(&'static str, &'static str), Arc<[Form]>>,
}

impl Search {
    /// The keys that make `wanted` of `fresh`, whose node has the inputs `queues`.
    pub(super) fn keys(
        &mut self,
        subject: Subject,
        fresh: &Value,
        queues: &Queues,
        wanted: Wanted<'_>,
    ) -> Keys {
        let start = State {
            properties: fresh.clone(),
            queues: queues.clone(),
            assets: BTreeMap::new(),
            spent: 0,
        };
        self.solve(subject, &start, wanted, 0)
    }

    /// The names under which the device knows the files of assets, by the key of the asset.
    pub(super) fn file_names(&mut self, subject: Subject, value: &Value) -> Vec<(String, String)> {
        let shape = Shape::Struct(subject.shape);
        let leaves = leaves::of_value(&shape, value);
        let mut names = Vec::new();
        for setter in subject.setters {
            for form in self.forms_of(subject, setter).iter() {
                for (key, leaf) in form.named_assets() {
                    if let Some(Value::Str(name)) = leaves.get(leaf) {
                        names.push((key.to_owned(), name.clone()));
                    }
                }
            }
        }
        names
    }

    fn forms_of(&mut self, subject: Subject, setter: &'static Setter) -> Arc<[Form]> {
        let known = self.forms.entry((subject.name, setter.key));
        let forms = known.or_insert_with(|| {
            let fresh = (subject.shape.default)();
            forms::of_setter(setter, subject.shape, &fresh).into()
        });
        Arc::clone(forms)
    }

    fn solve(&mut self, subject: Subject, start: &State, wanted: Wanted<'_>, depth: u32) -> Keys {
        let all = subject.setters.iter().chain(subject.shape.setters);
        let setters: Vec<_> = all.collect();
        let forms = setters.iter().map(|s| self.forms_of(subject, s)).collect();
        let task = Task {
            subject,
            setters,
            forms,
            leaves: leaves::of_shape(subject.shape, subject.setters, depth),
            depth,
            wanted,
        };
        // What a struct within makes of its shorthands is known only when it is written. So each
        // shorthand that reaches into one has to prove itself there.
        let mut banned = task.refusing();
        let mut best = self.write(&task, start, &banned);
        for setter in 0..task.setters.len() {
            if best.shorthands.contains(&setter) && task.reaches_down(setter) {
                banned.insert(setter);
                let other = self.write(&task, start, &banned);
                if other.cost < best.cost {
                    best = other;
                } else {
                    banned.remove(&setter);
                }
            }
        }
        best
    }

    /// The chosen shorthands, and properties for what they leave.
    fn write(&mut self, task: &Task<'_>, start: &State, banned: &BTreeSet<usize>) -> Keys {
        let (choices, state) = task.choose(start, banned);
        let mut placed = Vec::new();
        let mut lost = Vec::new();
        for choice in &choices {
            match task.argument(choice) {
                Ok(value) => placed.push((choice.place, Entry::new(choice.key, value))),
                Err(unsayable) => lost.push(unsayable),
            }
        }
        let mut cost = task.cost_of_effects(&state);
        for open in task.open_fields(&state) {
            let place = open.leaves.start;
            match self.field(task, &open) {
                Ok((entry, keys)) => {
                    let below = keys.map(|keys| {
                        lost.extend(keys.lost);
                        keys.cost
                    });
                    let own = || task.cost_of_leaves(&state, open.leaves.clone());
                    cost = cost.saturating_add(below.unwrap_or_else(own));
                    placed.push((place, entry));
                }
                Err(unsayable) => lost.push(unsayable),
            }
        }
        // Plain keys stand before the tables.
        placed.sort_by_key(|(place, entry)| (matches!(entry.value, Literal::Table(_)), *place));
        Keys {
            entries: placed.into_iter().map(|(_, entry)| entry).collect(),
            queues: state.queues,
            assets: state.assets,
            lost,
            cost,
            shorthands: choices.iter().map(|choice| choice.setter).collect(),
        }
    }

    /// A field that shorthands leave as it should not be; a struct with its own keys.
    fn field(
        &mut self,
        task: &Task<'_>,
        open: &OpenField<'_>,
    ) -> Result<(Entry, Option<Keys>), Unsayable> {
        let field = open.field;
        if let Some(setter) = task.setters.iter().find(|setter| setter.key == field.key) {
            // The reader sets the property where the shorthand of its name refuses the value.
            if !task.refuses(setter, open.wanted) {
                return Err(Unsayable::refused(field.key));
            }
            let value = literal(&setter.argument(), open.wanted)?;
            return Ok((Entry::new(field.key, value), None));
        }
        let Shape::Struct(shape) = field.shape else {
            let entry = field_entry(field, open.reached, open.wanted)?;
            return Ok((entry, None));
        };
        let wanted = Wanted {
            properties: open.wanted,
            ..task.wanted
        };
        let start = State::below(open.reached, wanted);
        let mut keys = self.solve(Subject::of(shape), &start, wanted, task.depth + 1);
        let entries = std::mem::take(&mut keys.entries);
        Ok((Entry::new(field.key, Literal::Table(entries)), Some(keys)))
    }
}
