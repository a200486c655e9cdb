//! What travels between nodes: what it says, shared by all who hold it, and its number and time.
//!
//! A message of a pool takes a place of it until the last holder lets go of it.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};

use oakc_runtime_schema::datatype::Datatype;
use serde_json::{Map, Value as Json};

use crate::time::Time;

/// A message.
#[derive(Clone, Debug)]
pub struct Message {
    /// What it says.
    pub content: Arc<Content>,
    /// Its sequence number.
    pub sequence: i64,
    /// When it was made, or what it was made from.
    pub timestamp: Time,
    /// Its place in a pool.
    place: Option<Arc<Place>>,
}

impl Message {
    /// A message that is of no pool.
    pub fn new(content: impl Into<Arc<Content>>, sequence: i64, timestamp: Time) -> Self {
        Self {
            content: content.into(),
            sequence,
            timestamp,
            place: None,
        }
    }

    /// The same in a place of a pool; `None` where all are taken.
    pub fn from_pool(self, pool: &Pool) -> Option<Self> {
        let place = Some(Arc::new(pool.take()?));
        Some(Self { place, ..self })
    }

    /// The same message after somebody has changed it: it keeps its place.
    pub(crate) fn changed(&self, content: Content, sequence: i64, timestamp: Time) -> Self {
        Self {
            content: Arc::new(content),
            sequence,
            timestamp,
            place: self.place.clone(),
        }
    }

    /// What it says, and its number.
    fn to_json(&self) -> Json {
        let mut json = self.content.to_json();
        if let Some(fields) = json.as_object_mut() {
            fields.insert("sequenceNum".to_owned(), self.sequence.into());
        }
        json
    }

    /// What it is about, without its bytes and its place.
    #[must_use]
    pub(crate) fn without_data(&self) -> Self {
        let content = Content {
            fields: self.content.fields.clone(),
            ..Content::new(self.content.datatype)
        };
        Self::new(content, self.sequence, self.timestamp)
    }

    /// The same for somebody who only looks on: it takes no place of any pool.
    #[must_use]
    pub fn copied(&self) -> Self {
        let content = if self.content.members.is_empty() {
            Arc::clone(&self.content)
        } else {
            let members = self.content.members.iter();
            let members = members.map(|(name, member)| (name.clone(), member.copied()));
            Arc::new(Content {
                members: members.collect(),
                ..Content::clone(&self.content)
            })
        };
        Self::new(content, self.sequence, self.timestamp)
    }
}

/// The classes of messages and their names: making a name up for each message would take most of its time.
static CLASSES: LazyLock<Vec<(Datatype, String)>> = LazyLock::new(|| {
    Datatype::ALL
        .into_iter()
        .map(|it| (it, it.name()))
        .collect()
});

/// The name of a class of messages.
pub(crate) fn class_name(datatype: Datatype) -> &'static str {
    let found = CLASSES.iter().find(|(known, _)| *known == datatype);
    found.map_or("", |(_, name)| name)
}

/// The class of messages with this name.
pub(crate) fn class(name: &str) -> Option<Datatype> {
    let found = CLASSES.iter().find(|(_, known)| known == name);
    found.map(|(datatype, _)| *datatype)
}

/// What a message says.
#[derive(Clone, Debug, PartialEq)]
pub struct Content {
    /// Its class in the library.
    pub datatype: Datatype,
    /// Its fields by their names in the library's classes: `{"detections": [{"label": 15, …}]}`.
    pub fields: Map<String, Json>,
    /// Its bytes: a picture, an encoded frame, tensors, whatever a script put into a Buffer.
    pub data: Arc<[u8]>,
    /// The members of a MessageGroup.
    pub members: BTreeMap<String, Message>,
    /// Whether it is a picture of a camera that was shown nothing: it has a size, and no pixels.
    pub is_blank: bool,
}

impl Content {
    /// A message of this class that says nothing.
    pub fn new(datatype: Datatype) -> Self {
        Self {
            datatype,
            fields: Map::new(),
            data: Arc::new([]),
            members: BTreeMap::new(),
            is_blank: false,
        }
    }

    /// A message as a recording has it: its class is `type`, all else is fields.
    ///
    /// # Errors
    /// Where it has no class, or one that the device does not know.
    pub fn from_json(mut fields: Map<String, Json>, data: Arc<[u8]>) -> Result<Self, String> {
        let Some(Json::String(name)) = fields.shift_remove("type") else {
            return Err("a message needs its class as `type`: \"ImgDetections\"".to_owned());
        };
        let datatype =
            class(&name).ok_or_else(|| format!("`{name}` is not a class of messages"))?;
        Ok(Self {
            fields,
            data,
            ..Self::new(datatype)
        })
    }

    /// A group of messages.
    pub fn group(members: BTreeMap<String, Message>) -> Self {
        Self {
            members,
            ..Self::new(Datatype::MessageGroup)
        }
    }

    /// Its fields, with its class as `type`, the number of its bytes as `size` and its `members`, which have their
    /// `sequenceNum`, too.
    pub fn to_json(&self) -> Json {
        let mut json = Map::new();
        json.insert("type".to_owned(), class_name(self.datatype).into());
        json.extend(self.fields.clone());
        if !self.data.is_empty() {
            json.insert("size".to_owned(), self.data.len().into());
        }
        if !self.members.is_empty() {
            let members = self.members.iter();
            let members: Map<_, _> = members
                .map(|(name, member)| (name.clone(), member.to_json()))
                .collect();
            json.insert("members".to_owned(), members.into());
        }
        Json::Object(json)
    }

    /// Moves the members of a group in time: the newest gets this time.
    pub(crate) fn date_members(&mut self, at: Time) {
        let times = self.members.values().map(|member| member.timestamp);
        let newest = times.max().unwrap_or(at);
        for member in self.members.values_mut() {
            member.timestamp = at - newest.since(member.timestamp);
        }
    }
}

/// Two messages are equal if they say the same under the same number at the same time.
impl PartialEq for Message {
    fn eq(&self, other: &Self) -> bool {
        self.content == other.content
            && self.sequence == other.sequence
            && self.timestamp == other.timestamp
    }
}

/// A fixed number of places for messages.
#[derive(Clone, Debug)]
pub struct Pool {
    size: usize,
    taken: Arc<AtomicUsize>,
}

/// A place of a pool; it is free again when this is dropped.
#[derive(Debug)]
struct Place(Arc<AtomicUsize>);

impl Pool {
    /// A pool with so many places.
    pub fn new(size: usize) -> Self {
        Self {
            size,
            taken: Arc::default(),
        }
    }

    /// How many places it has.
    pub fn size(&self) -> usize {
        self.size
    }

    /// How many are taken.
    pub fn taken(&self) -> usize {
        self.taken.load(Ordering::Relaxed)
    }

    /// Whether none is free.
    pub fn is_exhausted(&self) -> bool {
        self.taken() >= self.size
    }

    fn take(&self) -> Option<Place> {
        if self.is_exhausted() {
            return None;
        }
        self.taken.fetch_add(1, Ordering::Relaxed);
        Some(Place(Arc::clone(&self.taken)))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_free_again_when_the_last_holder_lets_go() {
        let pool = Pool::new(1);
        let message = || Message::new(Content::new(Datatype::Buffer), 0, Time::START);
        let first = message().from_pool(&pool).unwrap();
        let group = Content::group([("a".to_owned(), first.clone())].into());
        drop(first);
        assert!(message().from_pool(&pool).is_none());
        drop(group);
        assert!(message().from_pool(&pool).is_some());
    }

    #[test]
    fn a_recorded_message_needs_a_class_of_the_device() {
        let read = |json: Json| {
            let Json::Object(fields) = json else {
                unreachable!()
            };
            Content::from_json(fields, Arc::new([]))
        };
        let json = serde_json::json!({"type": "ImgDetections", "detections": []});
        let content = read(json.clone()).unwrap();
        assert_eq!(content.datatype, Datatype::ImgDetections);
        assert_eq!(content.to_json(), json);
        let unknown = read(serde_json::json!({"type": "Picture"})).unwrap_err();
        assert_eq!(unknown, "`Picture` is not a class of messages");
        assert!(read(serde_json::json!({})).is_err());
    }
}
