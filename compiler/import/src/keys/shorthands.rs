//! The choice of shorthands for one struct.
//!
//! In: a struct and its setters. Out: the shorthands that leave less to write. Never: one that was
//! not tried with the function of its setter.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use oakc_runtime_schema::reflect::{Asset, Effects, Field, Setter, Shape, Value};

use super::super::document::Literal;
use super::super::literal::{Unsayable, complete, literal};
use super::forms::Form;
use super::leaves::{self, KEY, Leaf};
use super::{Queues, Subject, Wanted};

/// What a cost never reaches.
const FORBIDDEN: u32 = 100_000;
/// What it costs to say a queue setting at its input.
const QUEUE: u32 = 8;
/// What it costs to list an asset.
const ASSET: u32 = 15;

/// A shorthand with its argument.
pub(super) struct Choice {
    /// Its position.
    pub(super) setter: usize,
    /// Its key.
    pub(super) key: &'static str,
    shape: Shape,
    argument: Value,
    /// The first leaf that it can change.
    pub(super) place: usize,
}

/// Where the shorthands so far lead.
#[derive(Clone)]
pub(super) struct State {
    pub(super) properties: Value,
    pub(super) queues: Queues,
    pub(super) assets: BTreeMap<String, Asset>,
    /// What was spent on shorthands.
    pub(super) spent: u32,
}

/// One struct on its way from fresh to wanted.
pub(super) struct Task<'a> {
    pub(super) subject: Subject,
    pub(super) setters: Vec<&'static Setter>,
    pub(super) forms: Vec<Arc<[Form]>>,
    pub(super) leaves: Vec<Leaf>,
    pub(super) depth: u32,
    pub(super) wanted: Wanted<'a>,
}

/// A field that is not yet what it should be.
pub(super) struct OpenField<'a> {
    /// Which.
    pub(super) field: &'static Field,
    /// As the shorthands leave it.
    pub(super) reached: &'a Value,
    /// As it should be.
    pub(super) wanted: &'a Value,
    /// Its leaves.
    pub(super) leaves: Range<usize>,
}

impl Task<'_> {
    /// The argument of a shorthand as it is written.
    pub(super) fn argument(&self, choice: &Choice) -> Result<Literal, Unsayable> {
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
                value => Ok(value),
            },
            (shape, argument) => literal(shape, argument),
        }
    }

    /// The shorthands to write, none of the `banned`, and where they lead.
    pub(super) fn choose(&self, start: &State, banned: &BTreeSet<usize>) -> (Vec<Choice>, State) {
        let mut banned = banned.clone();
        let (mut choices, mut state) = self.greedy(start, &banned);
        let mut position = 0;
        while let Some(choice) = choices.get(position) {
            let setter = choice.setter;
            banned.insert(setter);
            let (fewer, without) = self.greedy(start, &banned);
            let order = self.cost(&without).cmp(&self.cost(&state));
            if order.then(fewer.len().cmp(&choices.len())).is_lt() {
                (choices, state) = (fewer, without);
            } else {
                banned.remove(&setter);
                position += 1;
            }
        }
        (choices, state)
    }

    /// Whether a shorthand can change a struct within that has shorthands of its own.
    pub(super) fn reaches_down(&self, setter: usize) -> bool {
        let forms = self.forms.get(setter).into_iter();
        let mut touches = forms.flat_map(|forms| forms.iter().flat_map(|form| &form.touches));
        touches.any(|leaf| self.leaves.get(*leaf).is_some_and(Leaf::is_below))
    }

    /// The shorthands that refuse what the property of their name should be.
    pub(super) fn refusing(&self) -> BTreeSet<usize> {
        let Value::Struct(wanted) = self.wanted.properties else {
            return BTreeSet::new();
        };
        let refuses = |setter: &Setter| {
            let field = self.subject.shape.field(setter.key);
            let value = field.and_then(|(index, _)| wanted.get(index));
            value.is_some_and(|value| self.refuses(setter, value))
        };
        let setters = self.setters.iter().enumerate();
        let refusing = setters.filter(|(_, setter)| refuses(setter));
        refusing.map(|(index, _)| index).collect()
    }

    /// Whether a shorthand takes values of this kind, but not this one.
    pub(super) fn refuses(&self, setter: &Setter, value: &Value) -> bool {
        let (mut fresh, mut effects) = ((self.subject.shape.default)(), Effects::default());
        let apply = setter.apply;
        value.has_shape(&setter.argument()) && apply.apply(&mut fresh, value, &mut effects).is_err()
    }

    /// The fields that are not yet what they should be.
    pub(super) fn open_fields<'a>(&'a self, state: &'a State) -> Vec<OpenField<'a>> {
        let (Value::Struct(reached), Value::Struct(wanted)) =
            (&state.properties, self.wanted.properties)
        else {
            return Vec::new();
        };
        let mut start = 0;
        let mut open = Vec::new();
        let fields = self.subject.shape.fields.iter();
        for ((field, reached), wanted) in fields.zip(reached).zip(wanted) {
            let end = start + leaves::of_value(&field.shape, wanted).len();
            if !reached.same(wanted) {
                open.push(OpenField {
                    field,
                    reached,
                    wanted,
                    leaves: start..end,
                });
            }
            start = end;
        }
        open
    }

    /// Goes through the shorthands once and takes each that leaves less to write.
    fn greedy(&self, start: &State, banned: &BTreeSet<usize>) -> (Vec<Choice>, State) {
        let mut choices = Vec::new();
        let mut state = start.clone();
        for (setter, forms) in self.forms.iter().enumerate() {
            if banned.contains(&setter) {
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
            (Some(reached), Some(wanted)) => !reached.same(wanted),
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
                        key: self.setters.get(setter)?.key,
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
        let open = self.cost_of_leaves(state, 0..self.leaves.len());
        self.cost_of_effects(state).saturating_add(open)
    }

    /// What it takes to write these leaves.
    pub(super) fn cost_of_leaves(&self, state: &State, range: Range<usize>) -> u32 {
        let shape = Shape::Struct(self.subject.shape);
        let reached = leaves::of_value(&shape, &state.properties);
        let wanted = leaves::of_value(&shape, self.wanted.properties);
        let pairs = self.leaves.iter().zip(reached.into_iter().zip(wanted));
        let pairs = pairs.skip(range.start).take(range.len());
        let costs = pairs.map(|(leaf, (reached, wanted))| leaf.cost(reached, wanted));
        costs.fold(0, u32::saturating_add)
    }

    /// What was spent on shorthands, and what it takes to write the queues and assets that they
    /// leave.
    pub(super) fn cost_of_effects(&self, state: &State) -> u32 {
        let queues = state.queues.iter().map(|(input, queue)| {
            let wanted = self.wanted.queues.get(input).unwrap_or(queue);
            let wrong = [wanted.size != queue.size, wanted.wait != queue.wait];
            QUEUE * wrong.map(u32::from).iter().sum::<u32>()
        });
        let missing = self.wanted.assets.iter().map(|(key, asset)| {
            let is_made = state.assets.get(key) == Some(asset);
            if is_made { 0 } else { ASSET }
        });
        let surplus = state.assets.keys().map(|key| {
            let is_wanted = self.wanted.assets.contains_key(key);
            if is_wanted { 0 } else { FORBIDDEN }
        });
        let all = queues.chain(missing).chain(surplus);
        all.fold(state.spent, u32::saturating_add)
    }
}

impl State {
    /// A struct within another: its shorthands make no assets and change no queues.
    pub(super) fn below(properties: &Value, wanted: Wanted<'_>) -> Self {
        Self {
            properties: properties.clone(),
            queues: wanted.queues.clone(),
            assets: BTreeMap::new(),
            spent: 0,
        }
    }
}
