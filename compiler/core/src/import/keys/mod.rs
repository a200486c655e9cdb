//! The keys of a struct: what a fresh one is and what is wanted in, the fewest keys that a person
//! would write to get there out.
//!
//! The reader applies shorthands in the order in which their kind lists them, then properties. So
//! the search goes through the shorthands in that order and takes each one that leaves less to
//! write, trying it with the setter's own function; what then still differs is written as
//! properties. A shorthand that turns out to be superfluous is dropped again.

mod forms;
mod leaves;

use std::collections::BTreeMap;
use std::sync::Arc;

use oakc_runtime_schema::reflect::{
    Asset, Effects, File, Model, Setter, Shape, StructShape, Value,
};

use super::document::{Entry, Literal};
use super::literal::{Unsayable, complete, field_entry, literal, same};
use forms::Form;
use leaves::{KEY, Leaf};

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

/// What a cost never reaches.
const FORBIDDEN: u32 = 100_000;
/// What it costs to say a queue setting at its input.
const QUEUE: u32 = 8;
/// What it costs to list an asset.
const ASSET: u32 = 15;

/// Finds keys; remembers what it learnt about shorthands.
#[derive(Debug, Default)]
pub(super) struct Search {
    forms: BTreeMap<(&'static str, &'static str), Arc<[Form]>>,
}

/// A shorthand with its argument.
struct Choice {
    setter: usize,
    shape: Shape,
    argument: Value,
    /// The first leaf that it can change.
    place: usize,
}

/// Where the shorthands so far lead.
#[derive(Clone)]
struct State {
    properties: Value,
    queues: Queues,
    assets: BTreeMap<String, Asset>,
    /// What was spent on shorthands.
    spent: u32,
}

/// One struct on its way from fresh to wanted.
struct Task<'a> {
    subject: Subject,
    setters: Vec<&'static Setter>,
    forms: Vec<Arc<[Form]>>,
    leaves: Vec<Leaf>,
    depth: u32,
    wanted: Wanted<'a>,
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
        self.solve(subject, start, wanted, 0)
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

    fn solve(&mut self, subject: Subject, start: State, wanted: Wanted<'_>, depth: u32) -> Keys {
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
        let (choices, state) = task.choose(&start);
        self.write(&task, &choices, state)
    }

    /// The chosen shorthands, and properties for what they leave.
    fn write(&mut self, task: &Task<'_>, choices: &[Choice], state: State) -> Keys {
        let mut placed = Vec::new();
        let mut lost = Vec::new();
        for choice in choices {
            let Some(setter) = task.setters.get(choice.setter) else {
                continue;
            };
            match task.argument(choice) {
                Ok(value) => placed.push((choice.place, Entry::new(setter.key, value))),
                Err(unsayable) => lost.push(unsayable),
            }
        }
        let fields = task.subject.shape.fields.iter();
        let (Value::Struct(reached), Value::Struct(wanted)) =
            (&state.properties, task.wanted.properties)
        else {
            return Keys::empty(state);
        };
        let mut place = 0;
        for ((field, reached), wanted) in fields.zip(reached).zip(wanted) {
            let size = leaves::of_value(&field.shape, wanted).len();
            if !same(reached, wanted) {
                let inner = Wanted {
                    properties: wanted,
                    ..task.wanted
                };
                match self.field(task, field, reached, inner, &mut lost) {
                    Ok(entry) => placed.push((place, entry)),
                    Err(unsayable) => lost.push(unsayable),
                }
            }
            place += size;
        }
        placed.sort_by_key(|(place, _)| *place);
        Keys {
            entries: placed.into_iter().map(|(_, entry)| entry).collect(),
            lost,
            ..Keys::empty(state)
        }
    }

    fn field(
        &mut self,
        task: &Task<'_>,
        field: &'static oakc_runtime_schema::reflect::Field,
        reached: &Value,
        wanted: Wanted<'_>,
        lost: &mut Vec<Unsayable>,
    ) -> Result<Entry, Unsayable> {
        if task.setters.iter().any(|setter| setter.key == field.key) {
            return Err(Unsayable::refused(field.key));
        }
        match field.shape {
            Shape::Struct(shape) => {
                let subject = Subject {
                    name: shape.name,
                    shape,
                    setters: &[],
                };
                let start = State {
                    properties: reached.clone(),
                    queues: wanted.queues.clone(),
                    assets: BTreeMap::new(),
                    spent: 0,
                };
                let keys = self.solve(subject, start, wanted, task.depth + 1);
                lost.extend(keys.lost);
                Ok(Entry::new(field.key, Literal::Table(keys.entries)))
            }
            _ => field_entry(field, reached, wanted.properties),
        }
    }
}

impl Keys {
    fn empty(state: State) -> Self {
        Self {
            entries: Vec::new(),
            queues: state.queues,
            assets: state.assets,
            lost: Vec::new(),
        }
    }
}

impl Task<'_> {
    /// The argument of a shorthand as it is written.
    fn argument(&self, choice: &Choice) -> Result<Literal, Unsayable> {
        match (&choice.shape, &choice.argument) {
            (Shape::Model, Value::Model(model)) => {
                let mut models = self.wanted.models.iter();
                let key = models.find(|(_, known)| Arc::ptr_eq(known, model));
                let path = key.and_then(|(key, _)| self.wanted.files.get(key));
                let path = path.ok_or_else(|| Unsayable::refused("model"))?;
                Ok(Literal::Str(path.clone()))
            }
            // A call without arguments says nothing to whoever reads it.
            (Shape::Struct(of), argument) => match literal(&choice.shape, argument)? {
                Literal::Record(entries) if entries.is_empty() => complete(of, argument),
                said => Ok(said),
            },
            (shape, argument) => literal(shape, argument),
        }
    }

    /// The shorthands to write, and where they lead.
    fn choose(&self, start: &State) -> (Vec<Choice>, State) {
        let mut banned = vec![false; self.setters.len()];
        let (mut choices, mut state) = self.greedy(start, &banned);
        let mut position = 0;
        while let Some(choice) = choices.get(position) {
            let setter = choice.setter;
            let Some(ban) = banned.get_mut(setter) else {
                break;
            };
            *ban = true;
            let (fewer, without) = self.greedy(start, &banned);
            if self.cost(&without) <= self.cost(&state) && fewer.len() < choices.len() {
                (choices, state) = (fewer, without);
            } else {
                if let Some(ban) = banned.get_mut(setter) {
                    *ban = false;
                }
                position += 1;
            }
        }
        (choices, state)
    }

    /// Goes through the shorthands once and takes each that leaves less to write.
    fn greedy(&self, start: &State, banned: &[bool]) -> (Vec<Choice>, State) {
        let mut choices = Vec::new();
        let mut state = start.clone();
        for (setter, forms) in self.forms.iter().enumerate() {
            if banned.get(setter) == Some(&true) {
                continue;
            }
            if let Some((choice, next)) = self.best(setter, forms, &state) {
                choices.push(choice);
                state = next;
            }
        }
        (choices, state)
    }

    /// The argument with which a shorthand saves the most, if it saves anything.
    fn best(&self, setter: usize, forms: &[Form], state: &State) -> Option<(Choice, State)> {
        let shape = Shape::Struct(self.subject.shape);
        let wanted = leaves::of_value(&shape, self.wanted.properties);
        let reached = leaves::of_value(&shape, &state.properties);
        let open = |leaf: &usize| match (reached.get(*leaf), wanted.get(*leaf)) {
            (Some(reached), Some(wanted)) => !same(reached, wanted),
            _ => false,
        };
        let mut best: Option<(Choice, State)> = None;
        let mut least = self.cost(state);
        for form in forms {
            let effective = form.has_effects && self.has_open_effects(state);
            if !effective && !form.touches.iter().any(open) {
                continue;
            }
            for argument in form.proposals(&self.wanted, &wanted) {
                let Some(next) = self.apply(setter, &form.shape, &argument, state) else {
                    continue;
                };
                let cost = self.cost(&next);
                if cost < least {
                    least = cost;
                    let place = form.touches.iter().copied().min().unwrap_or(usize::MAX);
                    let choice = Choice {
                        setter,
                        shape: form.shape,
                        argument,
                        place,
                    };
                    best = Some((choice, next));
                }
            }
        }
        best
    }

    fn has_open_effects(&self, state: &State) -> bool {
        state.queues != *self.wanted.queues || state.assets != *self.wanted.assets
    }

    fn apply(&self, index: usize, shape: &Shape, argument: &Value, state: &State) -> Option<State> {
        let setter = self.setters.get(index)?;
        let mut next = state.clone();
        let mut effects = Effects::default();
        let applied = setter
            .apply
            .apply(&mut next.properties, argument, &mut effects);
        applied.ok()?;
        for (input, change) in effects.queues {
            let queue = next.queues.get_mut(input)?;
            queue.size = change.queue_size.unwrap_or(queue.size);
            queue.wait = change.wait_for_message.unwrap_or(queue.wait);
        }
        for (key, asset) in effects.assets {
            // Two shorthands that make one asset contradict each other.
            if next.assets.insert(key, asset).is_some() {
                return None;
            }
        }
        let written = KEY + self.depth + leaves::weight(shape, argument);
        next.spent = next.spent.saturating_add(written);
        Some(next)
    }

    /// What was spent so far, and what it takes to write all that is still open.
    fn cost(&self, state: &State) -> u32 {
        let shape = Shape::Struct(self.subject.shape);
        let reached = leaves::of_value(&shape, &state.properties);
        let wanted = leaves::of_value(&shape, self.wanted.properties);
        let pairs = reached.into_iter().zip(wanted);
        let open = self.leaves.iter().zip(pairs);
        let open = open.map(|(leaf, (reached, wanted))| leaf.cost(reached, wanted));
        let queues = state.queues.iter().map(|(input, queue)| {
            let wanted = self.wanted.queues.get(input);
            wanted.map_or(0, |wanted| {
                QUEUE
                    * (u32::from(wanted.size != queue.size) + u32::from(wanted.wait != queue.wait))
            })
        });
        let missing = self.wanted.assets.iter().map(|(key, asset)| {
            if state.assets.get(key) == Some(asset) {
                0
            } else {
                ASSET
            }
        });
        let surplus = state.assets.keys().map(|key| {
            if self.wanted.assets.contains_key(key) {
                0
            } else {
                FORBIDDEN
            }
        });
        let all = open.chain(queues).chain(missing).chain(surplus);
        all.fold(state.spent, u32::saturating_add)
    }
}
