//! Shorthands of the configuration, each of which does what a setter of the host library does.
//!
//! A setter takes one argument (a tuple or a struct where the library takes several), changes the
//! properties it belongs to, and records other effects in [`Effects`]: a queue setting, an asset. A
//! setter that only copies its argument into one property needs no entry: the property has its own
//! key.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::{Mismatch, Reflect, Shape, Value};
use crate::messages::TensorInfo;
use crate::nodes::detection_parser::Decoding;

/// One shorthand.
pub struct Setter {
    /// The key in the configuration.
    pub key: &'static str,
    /// The methods of the host library that it replaces, without their object (`setPreviewSize`).
    /// Empty if the library has an attribute instead of a method.
    pub methods: &'static [&'static str],
    /// What it does.
    pub doc: &'static str,
    /// Its implementation: a function in a [`Set`] or a [`With`].
    pub apply: &'static dyn Apply,
}

impl Setter {
    /// The shape of its argument.
    pub fn argument(&self) -> Shape {
        self.apply.argument()
    }

    /// Whether it sets many properties that other keys are meant to refine.
    pub fn is_preset(&self) -> bool {
        self.key.ends_with("_preset")
    }
}

impl fmt::Debug for Setter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Setter")
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

/// The implementation of a [`Setter`], for any types of target and argument.
pub trait Apply: Sync {
    /// The shape of the argument.
    fn argument(&self) -> Shape;

    /// Changes `target`, a value of the struct the setter belongs to.
    ///
    /// # Errors
    /// A sentence that explains why the library or the device would refuse the argument.
    fn apply(
        &self,
        target: &mut Value,
        argument: &Value,
        effects: &mut Effects,
    ) -> Result<(), String>;
}

/// The function of a [`Setter`]: target, argument, other effects; the error explains a refusal.
pub struct With<T, A>(pub fn(&mut T, A, &mut Effects) -> Result<(), String>);

impl<T: Reflect, A: Reflect> Apply for With<T, A> {
    fn argument(&self) -> Shape {
        A::SHAPE
    }

    fn apply(
        &self,
        target: &mut Value,
        argument: &Value,
        effects: &mut Effects,
    ) -> Result<(), String> {
        let refused = |mismatch: Mismatch| mismatch.to_string();
        let mut typed = T::from_value(target).map_err(refused)?;
        let argument = A::from_value(argument).map_err(refused)?;
        (self.0)(&mut typed, argument, effects)?;
        *target = typed.to_value();
        Ok(())
    }
}

/// The function of a [`Setter`] that cannot fail and changes only its target.
pub struct Set<T, A>(pub fn(&mut T, A));

impl<T: Reflect, A: Reflect> Apply for Set<T, A> {
    fn argument(&self) -> Shape {
        A::SHAPE
    }

    fn apply(&self, target: &mut Value, argument: &Value, _: &mut Effects) -> Result<(), String> {
        let refused = |mismatch: Mismatch| mismatch.to_string();
        let mut typed = T::from_value(target).map_err(refused)?;
        (self.0)(&mut typed, A::from_value(argument).map_err(refused)?);
        *target = typed.to_value();
        Ok(())
    }
}

/// What a setter changes besides the properties.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Effects {
    /// Queue settings of the node's own inputs, by input name.
    pub queues: BTreeMap<&'static str, QueueChange>,
    /// Assets of the node (or of the pipeline), by key.
    pub assets: BTreeMap<String, Asset>,
    /// Folders in which a script's own modules are looked for, besides its own.
    pub module_folders: Vec<String>,
    /// Whether `${…}` in a script's file stands for parameters.
    pub is_template: bool,
}

/// A setter's change to an input's queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QueueChange {
    /// A new size, in messages.
    pub queue_size: Option<i32>,
    /// Whether the node waits for a message on it.
    pub wait_for_message: Option<bool>,
}

/// Bytes that are stored in the package next to the pipeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asset {
    /// Its contents.
    pub bytes: Arc<[u8]>,
    /// Its offset in the storage is a multiple of this; the library's default is 64.
    pub alignment: u32,
}

/// The URI by which properties refer to an asset of their own node: `asset:KEY`.
pub type AssetUri = String;

impl Effects {
    /// Adds an asset with the library's default alignment and returns its URI.
    pub fn asset(&mut self, key: &str, bytes: Arc<[u8]>) -> AssetUri {
        let alignment = 64;
        self.assets
            .insert(key.to_owned(), Asset { bytes, alignment });
        format!("asset:{key}")
    }

    /// Sets whether the node waits for a message on `input` before it goes on.
    pub fn wait_for_message(&mut self, input: &'static str, wait: bool) {
        self.queues.entry(input).or_default().wait_for_message = Some(wait);
    }

    /// Sets how many messages the queue of `input` holds.
    pub fn queue_size(&mut self, input: &'static str, messages: i32) {
        self.queues.entry(input).or_default().queue_size = Some(messages);
    }
}

/// A file passed to a setter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// The path as it is written in the configuration.
    pub path: String,
    /// Its contents.
    pub bytes: Arc<[u8]>,
}

/// A model passed to a setter.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// The blob.
    pub bytes: Arc<[u8]>,
    /// The blob's description of its outputs.
    pub outputs: Vec<TensorInfo>,
    /// How its detections are decoded, as far as that is known.
    pub decoding: Decoding,
}

impl Reflect for Arc<File> {
    const SHAPE: Shape = Shape::File;

    fn to_value(&self) -> Value {
        Value::File(Self::clone(self))
    }

    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        match value {
            Value::File(file) => Ok(Self::clone(file)),
            _ => Err(Mismatch::new("a file", value)),
        }
    }
}

impl Reflect for Arc<Model> {
    const SHAPE: Shape = Shape::Model;

    fn to_value(&self) -> Value {
        Value::Model(Self::clone(self))
    }

    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        match value {
            Value::Model(model) => Ok(Self::clone(model)),
            _ => Err(Mismatch::new("a model", value)),
        }
    }
}

/// A time span passed to a setter, such as `"10ms"`, in nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nanos(pub i64);

impl Reflect for Nanos {
    const SHAPE: Shape = Shape::Duration;

    fn to_value(&self) -> Value {
        Value::Duration(self.0)
    }

    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        match value {
            Value::Duration(nanos) => Ok(Self(*nanos)),
            _ => Err(Mismatch::new("a time span", value)),
        }
    }
}
