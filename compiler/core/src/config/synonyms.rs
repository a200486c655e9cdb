//! What people call a property.
//!
//! In: a name that a struct has no key for, such as a method of the library (`setFps`,
//! `setLeftRightCheck`), its attribute or argument (`boardSocket`), a part of the key (`iou`), or another
//! word for it (`rate`). Out: the key that was meant, which may be one of a struct below. Never: a guess
//! where two keys are equally likely.

use oakc_runtime_schema::reflect::{Setter, Shape, StructShape};

use super::suggest::fold;

/// Other words for keys, without case and separators; the first of the keys that the struct has is
/// meant.
const SYNONYMS: &[(&str, &[&str])] = &[
    ("address", &["udp"]),
    ("aligncamera", &["depth_align"]),
    ("alignto", &["depth_align"]),
    ("bitratekbits", &["bitrate_kbps"]),
    ("blobfile", &["model"]),
    ("blobpath", &["model"]),
    ("cam", &["board_socket"]),
    ("classes", &["num_classes"]),
    ("codec", &["profile"]),
    ("conf", &["confidence_threshold"]),
    ("confthreshold", &["confidence_threshold"]),
    ("core", &["processor"]),
    ("cpu", &["processor"]),
    ("crop", &["crop_rect"]),
    ("cropsize", &["center_crop"]),
    ("exposure", &["initial_control.manual_exposure"]),
    ("file", &["source", "model"]),
    ("filename", &["source", "model"]),
    ("flip", &["horizontal_flip"]),
    ("focus", &["initial_control.manual_focus"]),
    ("format", &["frame_type"]),
    ("framerate", &["fps", "frame_rate"]),
    ("framespersecond", &["fps", "frame_rate"]),
    ("freq", &["fps", "frame_rate"]),
    ("frequency", &["fps", "frame_rate"]),
    ("gop", &["keyframe_frequency"]),
    ("gopsize", &["keyframe_frequency"]),
    ("hflip", &["horizontal_flip"]),
    ("host", &["udp"]),
    ("inputsize", &["input_resolution"]),
    ("interval", &["keyframe_frequency", "heartbeat"]),
    ("kbps", &["bitrate_kbps"]),
    ("keyframeinterval", &["keyframe_frequency"]),
    ("labels", &["num_classes"]),
    ("lrc", &["left_right_check"]),
    ("lrcheck", &["left_right_check"]),
    ("masks", &["anchor_masks"]),
    ("maxsize", &["max_output_frame_size", "output_frame_size"]),
    ("network", &["model"]),
    ("networkpath", &["model"]),
    ("nms", &["iou_threshold"]),
    ("nmsthreshold", &["iou_threshold"]),
    ("nn", &["model"]),
    ("nnpath", &["model"]),
    ("numthreads", &["num_inference_threads"]),
    ("outputformat", &["frame_type"]),
    ("path", &["source", "model"]),
    ("pixelformat", &["frame_type"]),
    ("poolsize", &["num_frames_pool", "num_pool_frames"]),
    ("rate", &["fps", "frame_rate"]),
    ("receiver", &["udp"]),
    ("refreshrate", &["fps", "frame_rate"]),
    ("rotate", &["initial_config.rotation_degrees"]),
    ("rotation", &["initial_config.rotation_degrees"]),
    ("scorethreshold", &["confidence_threshold"]),
    ("scriptfile", &["source"]),
    ("sensorresolution", &["resolution"]),
    ("server", &["udp"]),
    ("shaves", &["num_shaves"]),
    ("size", &["output_size", "resize"]),
    ("socket", &["board_socket"]),
    ("stream", &["stream_name"]),
    ("thresh", &["confidence_threshold"]),
    ("threshold", &["confidence_threshold"]),
    ("vflip", &["initial_config.vertical_flip"]),
    ("weights", &["model"]),
];

/// The key that `name` means in a struct: `fps`, or `initial_config.family` for one of a struct below.
/// `setters` are shorthands beyond those of the struct itself.
pub(super) fn meant(
    name: &str,
    shape: &'static StructShape,
    setters: &'static [Setter],
) -> Option<String> {
    // Reckoning with an absurdly long word costs more than it can give.
    if name.len() > 64 {
        return None;
    }
    let parts = parts(shape);
    let keys = Keys { shape, setters };
    let below = || {
        let spelt = parts.iter().map(|(field, of)| {
            let keys = Keys {
                shape: of,
                setters: &[],
            };
            Some(format!("{field}.{}", keys.spelt(name)?))
        });
        only(spelt.flatten())
    };
    keys.spelt(name)
        .map(str::to_owned)
        .or_else(below)
        .or_else(|| keys.synonym(name))
        .or_else(|| keys.containing(name).map(str::to_owned))
}

/// The structs in the fields of a struct, by key.
fn parts(shape: &'static StructShape) -> Vec<(&'static str, &'static StructShape)> {
    let fields = shape.fields.iter();
    let parts = fields.filter_map(|field| match field.shape {
        Shape::Struct(of) => Some((field.key, of)),
        _ => None,
    });
    parts.collect()
}

/// The keys of a struct.
struct Keys {
    shape: &'static StructShape,
    setters: &'static [Setter],
}

impl Keys {
    fn setters(&self) -> impl Iterator<Item = &'static Setter> {
        self.setters.iter().chain(self.shape.setters)
    }

    fn all(&self) -> impl Iterator<Item = &'static str> {
        let fields = self.shape.fields.iter().map(|field| field.key);
        self.setters().map(|setter| setter.key).chain(fields)
    }

    /// The key whose name, or whose method of the library, this is: apart from case, separators and the
    /// verb.
    fn spelt(&self, name: &str) -> Option<&'static str> {
        let wanted = [fold(name), without_verb(name)];
        let is =
            |other: &str| wanted.contains(&fold(other)) || wanted.contains(&without_verb(other));
        let by_method = || {
            let mut setters = self.setters();
            setters.find(|setter| setter.methods.iter().any(|method| is(method)))
        };
        let key = self.all().find(|key| wanted.contains(&fold(key)));
        key.or_else(|| by_method().map(|setter| setter.key))
    }

    /// The key that this is another word for.
    fn synonym(&self, name: &str) -> Option<String> {
        let wanted = without_verb(name);
        let (_, keys) = SYNONYMS.iter().find(|(word, _)| fold(word) == wanted)?;
        let key = keys.iter().find(|key| self.has(key));
        key.map(|key| (*key).to_owned())
    }

    fn has(&self, key: &str) -> bool {
        let Some((part, inner)) = key.split_once('.') else {
            return self.all().any(|own| own == key);
        };
        let parts = parts(self.shape);
        let of = parts.iter().find(|(field, _)| *field == part);
        let of = of.map(|(_, of)| Self {
            shape: of,
            setters: &[],
        });
        of.is_some_and(|keys| keys.has(inner))
    }

    /// The only key that has all words of the name.
    fn containing(&self, name: &str) -> Option<&'static str> {
        let wanted = words(name);
        let has_all = |key: &&'static str| {
            let own: Vec<_> = key.split('_').collect();
            wanted.iter().all(|word| own.contains(&word.as_str()))
        };
        let wanted_any = !wanted.is_empty();
        let mut keys: Vec<_> = self.all().filter(has_all).filter(|_| wanted_any).collect();
        keys.dedup();
        only(keys.into_iter())
    }
}

/// The one element, if there is exactly one.
fn only<T>(mut all: impl Iterator<Item = T>) -> Option<T> {
    let first = all.next();
    first.filter(|_| all.next().is_none())
}

/// A name without the verb of a method, in the form in which names are compared.
pub(super) fn without_verb(name: &str) -> String {
    let folded = fold(name);
    let verbs = ["set", "enable", "load", "use"];
    let bare = verbs.into_iter().find_map(|verb| folded.strip_prefix(verb));
    bare.filter(|bare| !bare.is_empty())
        .map_or(folded.clone(), str::to_owned)
}

/// The words of a name in either style, in lower case, without the verb.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut starts = true;
    for c in name.chars() {
        if !c.is_alphanumeric() {
            starts = true;
            continue;
        }
        let lower = c.to_lowercase();
        match words.last_mut() {
            Some(word) if !starts && !c.is_uppercase() => word.extend(lower),
            _ => words.push(lower.collect()),
        }
        starts = false;
    }
    if words.len() > 1 && words.first().is_some_and(|word| word == "set") {
        words.remove(0);
    }
    words
}
