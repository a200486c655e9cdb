//! Values.
//!
//! In: a node of the tree and a [`Shape`]. Out: a [`Value`] of that shape, or diagnostics that say
//! what was expected. Never: a value that is silently converted.

use std::collections::BTreeMap;
use std::sync::Arc;

use oakc_blob::OpenVinoVersion;
use oakc_diag::{Diagnostic, Diagnostics, Span};
use oakc_runtime_schema::nodes::Kind;
use oakc_runtime_schema::reflect::{
    Effects, EnumShape, IntShape, Reflect, Shape, StructShape, Value, unqualified,
};

use super::claims::{Claims, Overridden};
use super::deprecation::DeprecatedKey;
use super::expectation::{fits, has_text, is_list_of, no_table, wrong_type};
use super::models::Models;
use super::params::Origins;
use super::suggest::Suggestion;
use super::synonyms;
use super::{FileUse, ModelUse, duration, rules, version_3};
use crate::compose::Parts;
use crate::modules::Library;
use crate::syntax::{Entry, Language, Node, NodeValue, Table};
use crate::world::World;

/// Reads values; collects everything that reading brings up.
pub(super) struct Reader<'a> {
    /// What the text is written in, and so what advice about it is written in.
    pub(super) language: Language,
    pub(super) world: &'a dyn World,
    diagnostics: &'a mut Diagnostics,
    /// Dotted path of what is being read.
    path: String,
    /// Where each value stands, by dotted path.
    pub(super) spans: BTreeMap<String, Span>,
    /// Files read so far, by path as written.
    pub(super) files: BTreeMap<String, Arc<[u8]>>,
    /// `[models]`.
    pub(super) models: Models,
    /// Who set each property of what is being read.
    pub(super) claims: Claims,
    /// Keys whose value is replaced by that of another key.
    pub(super) overridden: Vec<Overridden>,
    /// The deprecated keys so far.
    pub(super) deprecated: Vec<DeprecatedKey>,
    /// Values that nothing documents and that were taken all the same.
    pub(super) undocumented: Vec<Diagnostic>,
    /// Where the values of parameters come from.
    pub(super) origins: Origins,
    /// The files that all of this is written in.
    pub(super) parts: Parts,
    /// Which key made each of the changes to queues in there.
    pub(super) queue_makers: BTreeMap<&'static str, (String, Span)>,
    /// What setters did beside changing properties; taken by whoever reads a node.
    pub(super) effects: Effects,
    /// Which key made each of the assets in there.
    pub(super) asset_makers: BTreeMap<String, (String, Span)>,
    /// The model that a setter took; taken by whoever reads a node.
    pub(super) used_model: Option<ModelUse>,
    /// How often a setter wanted a model that could not be had, which is reported only once.
    pub(super) missing_models: usize,
    /// The files that setters took; taken by whoever reads a node.
    pub(super) used_files: Vec<FileUse>,
    /// The modules that oakc provides to scripts.
    pub(super) library: Library,
    /// Those of the parameters that are secrets, with the texts of their values.
    pub(super) secrets: BTreeMap<String, String>,
    /// The parameters and their values.
    pub(super) params: BTreeMap<String, NodeValue>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(
        language: Language,
        world: &'a dyn World,
        diagnostics: &'a mut Diagnostics,
    ) -> Self {
        Self {
            language,
            world,
            diagnostics,
            path: String::new(),
            spans: BTreeMap::new(),
            files: BTreeMap::new(),
            models: Models::default(),
            claims: Claims::default(),
            overridden: Vec::new(),
            deprecated: Vec::new(),
            undocumented: Vec::new(),
            origins: Origins::default(),
            parts: Parts::default(),
            queue_makers: BTreeMap::new(),
            effects: Effects::default(),
            asset_makers: BTreeMap::new(),
            used_model: None,
            missing_models: 0,
            used_files: Vec::new(),
            library: Library::fixed(),
            secrets: BTreeMap::new(),
            params: BTreeMap::new(),
        }
    }

    /// How many problems there were so far: those that were reported, and models that are missing because of them.
    pub(super) fn problems(&self) -> usize {
        self.diagnostics.len() + self.missing_models
    }

    /// The problems that were reported so far.
    pub(super) fn found(&self) -> &Diagnostics {
        self.diagnostics
    }

    /// Reports a problem: where it is in the value of a parameter, at that value.
    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(self.origins.blame(diagnostic));
    }

    /// Notes a value that is taken although nothing documents it.
    pub(super) fn note_undocumented(&mut self, diagnostic: Diagnostic) {
        self.undocumented.push(diagnostic);
    }

    /// Reads something one level deeper in the path.
    pub(super) fn within<T>(&mut self, key: &str, read: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.path.len();
        if length > 0 {
            self.path.push('.');
        }
        self.path.push_str(key);
        let result = read(self);
        self.path.truncate(length);
        result
    }

    /// The dotted path of what is being read.
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// Whether what is being read belongs to this section.
    pub(super) fn is_in(&self, section: &str) -> bool {
        let rest = self.path.strip_prefix(section);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }

    /// Remembers where something below the current path stands.
    pub(super) fn spans_at(&mut self, key: &str, span: Span) {
        self.within(key, |r| {
            r.spans.insert(r.path.clone(), span);
        });
    }

    /// Remembers where each item of the lists in a table stands: `allow.0`, `allow.1`…
    pub(super) fn spans_of_items(&mut self, node: &Node) {
        let NodeValue::Table(table) = &node.value else {
            return;
        };
        for entry in &table.entries {
            let NodeValue::List(items) = &entry.value.value else {
                continue;
            };
            for (index, item) in items.iter().enumerate() {
                self.within(&entry.key, |r| r.spans_at(&index.to_string(), item.span));
            }
        }
    }

    /// The table in `node`, or a report that there should be one.
    pub(super) fn table<'n>(&mut self, node: &'n Node) -> Option<&'n Table> {
        if let NodeValue::Table(table) = &node.value {
            return Some(table);
        }
        if node.value != NodeValue::Reported {
            let diagnostic = wrong_type(node, "a table of keys and values");
            self.report(match no_table(self.language, node) {
                Some(reason) => diagnostic.help(reason),
                None => diagnostic,
            });
        }
        None
    }

    /// Reads an entry's value as a Rust type.
    pub(super) fn typed<T: Reflect>(&mut self, entry: &Entry) -> Option<T> {
        let value = self.entry(&T::SHAPE, entry)?;
        T::from_value(&value).ok()
    }

    /// Reads an entry's value by shape.
    pub(super) fn entry(&mut self, shape: &Shape, entry: &Entry) -> Option<Value> {
        self.within(&entry.key, |r| {
            r.spans.insert(r.path.clone(), entry.value.span);
            r.value(shape, &entry.value)
        })
    }

    /// Reads a value. `None` means that it was reported.
    pub(super) fn value(&mut self, shape: &Shape, node: &Node) -> Option<Value> {
        match (shape, &node.value) {
            (_, NodeValue::Reported) => None,
            (Shape::Bool, NodeValue::Bool(b)) => Some(Value::Bool(*b)),
            (Shape::Int(of), NodeValue::Int(number)) => self.int(*of, *number, node),
            (Shape::F32 | Shape::F64, NodeValue::Int(number)) => self.float(shape, *number, node),
            (Shape::F32 | Shape::F64, NodeValue::Float(x)) => self.finite(shape, *x, node),
            (Shape::Str, NodeValue::Str(text)) => Some(Value::Str(text.clone())),
            (Shape::Bytes, NodeValue::List(items)) => self.bytes(items),
            (Shape::Enum(of), NodeValue::Str(text)) => self.enumerator(of, text, node),
            (Shape::Enum(of), NodeValue::Int(number)) => self.enumerator_number(of, *number, node),
            (Shape::Struct(of), NodeValue::Table(table)) => {
                let mut value = (of.default)();
                self.whole(&mut value, of, &[], table, &[]);
                Some(value)
            }
            (Shape::Struct(of), NodeValue::List(items)) if is_list_of(of, items) => {
                self.positional(of, items, node)
            }
            (Shape::List(element), NodeValue::List(items)) => {
                self.elements(element, items).map(Value::List)
            }
            (Shape::Array { element, len }, NodeValue::List(items)) => {
                self.length(*len, items, node)?;
                self.elements(element, items).map(Value::List)
            }
            (Shape::Tuple(shapes), NodeValue::List(items)) => self.tuple(shapes, items, node),
            (Shape::Map { key, value }, NodeValue::Table(table)) => self.map(key, value, table),
            (Shape::Optional(_), NodeValue::Null) => Some(Value::Optional(None)),
            (Shape::Optional(inner), NodeValue::Str(text))
                if text == "none" && !matches!(inner, Shape::Str) =>
            {
                Some(Value::Optional(None))
            }
            (Shape::Optional(inner), _) => {
                let value = self.value(inner, node)?;
                Some(Value::Optional(Some(Box::new(value))))
            }
            (Shape::OneOf(shapes), _) => self.one_of(shapes, node),
            (Shape::File, NodeValue::Str(path)) => self.file(path, node.span),
            (Shape::Model, NodeValue::Str(name)) => self.model(name, node.span),
            (Shape::Duration, NodeValue::Str(text)) => self.duration(text, node),
            _ => {
                self.wrong_type(node, &shape.describe());
                None
            }
        }
    }

    fn int(&mut self, of: IntShape, number: i128, node: &Node) -> Option<Value> {
        if of.holds(number) {
            return Some(Value::Int(number));
        }
        self.report(
            Diagnostic::new(&rules::OUT_OF_RANGE, format!("{number} is out of range"))
                .label(
                    node.span,
                    format!("must be from {} to {}", of.min(), of.max()),
                )
                .help(format!(
                    "the device stores this value in {} {} bits",
                    of.bits,
                    if of.signed { "signed" } else { "unsigned" }
                )),
        );
        None
    }

    #[expect(clippy::cast_precision_loss, reason = "a float was asked for")]
    fn float(&mut self, shape: &Shape, number: i128, node: &Node) -> Option<Value> {
        self.finite(shape, number as f64, node)
    }

    /// Rounds to the width of the field, so that equal values compare equal later.
    #[expect(clippy::cast_possible_truncation, reason = "the wire has 32 bits")]
    fn finite(&mut self, shape: &Shape, x: f64, node: &Node) -> Option<Value> {
        let rounded = match shape {
            Shape::F32 => f64::from(x as f32),
            _ => x,
        };
        if x.is_finite() && !rounded.is_finite() {
            self.report(
                Diagnostic::new(&rules::OUT_OF_RANGE, format!("{x:e} is out of range"))
                    .label(node.span, "the magnitude can be at most 3.4e38")
                    .help("the device stores this value as a 32-bit float"),
            );
            return None;
        }
        Some(Value::Float(rounded))
    }

    fn bytes(&mut self, items: &[Node]) -> Option<Value> {
        let values = self.elements(&u8::SHAPE, items)?;
        let bytes = values.iter().map(u8::from_value);
        bytes.collect::<Result<_, _>>().ok().map(Value::Bytes)
    }

    fn enumerator(&mut self, of: &EnumShape, text: &str, node: &Node) -> Option<Value> {
        if let Some(member) = of.member(text) {
            return Some(Value::Int(i128::from(member.value)));
        }
        let diagnostic = Diagnostic::new(
            &rules::UNKNOWN_ENUMERATOR,
            format!("`{text}` is not a value of {}", unqualified(of.name)),
        )
        .label(node.span, "not a known name");
        // Of equally good ones the first.
        let usual = of.usual_names();
        let others = of.spellings().map(|(_, name)| name);
        let suggestion = Suggestion::of(text, usual.iter().map(String::as_str).chain(others));
        self.report(
            suggestion
                .quoted_at(diagnostic, node.span)
                .help(format!("possible: {}", usual.join(", "))),
        );
        None
    }

    fn enumerator_number(&mut self, of: &EnumShape, number: i128, node: &Node) -> Option<Value> {
        if of.member_of(number).is_some() {
            return Some(Value::Int(number));
        }
        let fits = of.repr.holds(number);
        let rule = if fits {
            &rules::UNDOCUMENTED_VALUE
        } else {
            &rules::UNKNOWN_ENUMERATOR
        };
        let message = format!("{number} is not a value of {}", unqualified(of.name));
        let diagnostic = Diagnostic::new(rule, message)
            .label(node.span, "no value has this number")
            .help(format!("possible: {}", of.usual_names().join(", ")));
        if fits {
            self.note_undocumented(diagnostic);
            return Some(Value::Int(number));
        }
        self.report(diagnostic);
        None
    }

    fn elements(&mut self, element: &Shape, items: &[Node]) -> Option<Vec<Value>> {
        // All elements are read even after a bad one: each may have its own problem.
        let values: Vec<_> = items.iter().map(|item| self.value(element, item)).collect();
        values.into_iter().collect()
    }

    fn length(&mut self, wanted: usize, items: &[Node], node: &Node) -> Option<()> {
        if items.len() == wanted {
            return Some(());
        }
        self.report(
            Diagnostic::new(
                &rules::WRONG_TYPE,
                format!(
                    "expected a list of {wanted}, found a list of {}",
                    items.len()
                ),
            )
            .label(node.span, format!("expected {wanted} elements")),
        );
        None
    }

    fn tuple(&mut self, shapes: &[Shape], items: &[Node], node: &Node) -> Option<Value> {
        self.length(shapes.len(), items, node)?;
        let pairs = shapes.iter().zip(items);
        let values: Vec<_> = pairs.map(|(shape, item)| self.value(shape, item)).collect();
        values.into_iter().collect::<Option<_>>().map(Value::List)
    }

    /// A struct as a list of all its fields in order.
    fn positional(&mut self, of: &StructShape, items: &[Node], node: &Node) -> Option<Value> {
        if items.len() != of.fields.len() {
            let keys: Vec<_> = of.fields.iter().map(|field| field.key).collect();
            self.report(
                Diagnostic::new(
                    &rules::WRONG_TYPE,
                    format!(
                        "this list has {} elements instead of {}",
                        items.len(),
                        keys.len()
                    ),
                )
                .label(
                    node.span,
                    format!("write [{}], or a table", keys.join(", ")),
                ),
            );
            return None;
        }
        let pairs = of.fields.iter().zip(items);
        let values: Vec<_> = pairs
            .map(|(field, item)| self.value(&field.shape, item))
            .collect();
        values.into_iter().collect::<Option<_>>().map(Value::Struct)
    }

    fn map(&mut self, key: &Shape, value: &Shape, table: &Table) -> Option<Value> {
        let mut keys = Vec::new();
        let mut entries = Vec::new();
        for entry in &table.entries {
            let name = self.map_key(key, entry);
            let value = self.entry(value, entry);
            keys.extend(name.iter().map(|name| (name.clone(), entry)));
            entries.extend(name.zip(value));
        }
        let differ = self.keys_differ(keys);
        let complete = entries.len() == table.entries.len();
        entries.sort_by(|(a, _), (b, _)| a.compare(b));
        (complete && differ).then_some(Value::Map(entries))
    }

    /// Reports keys that are spelled differently and mean the same: `CAM_A` and `cam_a`, 8 and 08.
    fn keys_differ(&mut self, mut keys: Vec<(Value, &Entry)>) -> bool {
        // The sort is stable: the first of equal keys is the one that was written first.
        keys.sort_by(|(a, _), (b, _)| a.compare(b));
        let groups: Vec<_> = keys
            .chunk_by(|(a, _), (b, _)| a.compare(b).is_eq())
            .collect();
        for group in &groups {
            let Some(((_, first), others)) = group.split_first() else {
                continue;
            };
            for (_, other) in others {
                self.report(
                    Diagnostic::new(
                        &rules::REFUSED_VALUE,
                        format!("`{}` and `{}` are the same key", first.key, other.key),
                    )
                    .label(other.key_span, "set again here")
                    .secondary(first.key_span, "first set here")
                    .help("keep only one of the two"),
                );
            }
        }
        groups.len() == keys.len()
    }

    fn map_key(&mut self, shape: &Shape, entry: &Entry) -> Option<Value> {
        let is_number = match shape {
            Shape::Int(_) => true,
            Shape::Enum(of) => of.member(&entry.key).is_none(),
            _ => false,
        };
        let number = entry.key.parse().ok().filter(|_| is_number);
        let value = number.map_or_else(|| NodeValue::Str(entry.key.clone()), NodeValue::Int);
        let span = entry.key_span;
        self.value(shape, &Node { span, value })
    }

    /// The first alternative that reads without a problem; else the problems of the first one that
    /// has the right kind of value.
    fn one_of(&mut self, shapes: &[Shape], node: &Node) -> Option<Value> {
        let fitting = || shapes.iter().filter(|shape| fits(shape, node));
        let noted = self.undocumented.len();
        for shape in fitting() {
            let mut found = Diagnostics::new();
            let value = self.reporting_to(&mut found, |r| r.value(shape, node));
            if value.is_some() && found.is_empty() && self.undocumented.len() == noted {
                return value;
            }
            self.undocumented.truncate(noted);
        }
        if let Some(shape) = fitting().next() {
            return self.value(shape, node);
        }
        let expected = Shape::describe_all(shapes);
        match &node.value {
            NodeValue::List(items) if has_text(items) && shapes.iter().any(Shape::takes_text) => {
                let found = wrong_type(node, &expected);
                self.report(found.help("only one can stand here: join them into one"));
            }
            _ => self.wrong_type(node, &expected),
        }
        None
    }

    /// Reads with another collector in place.
    pub(super) fn reporting_to<T>(
        &mut self,
        diagnostics: &mut Diagnostics,
        read: impl FnOnce(&mut Self) -> T,
    ) -> T {
        std::mem::swap(self.diagnostics, diagnostics);
        let result = read(self);
        std::mem::swap(self.diagnostics, diagnostics);
        result
    }

    fn duration(&mut self, text: &str, node: &Node) -> Option<Value> {
        let nanos = duration::nanoseconds(text);
        if nanos.is_none() {
            self.report(
                Diagnostic::new(
                    &rules::WRONG_TYPE,
                    format!("`{text}` is not a valid duration"),
                )
                .label(node.span, "expected a number with a unit")
                .help("write e.g. \"10ms\"; units are ns, us, ms, s and min"),
            );
        }
        nanos.map(Value::Duration)
    }

    pub(super) fn openvino(&mut self, entry: &Entry) -> Option<OpenVinoVersion> {
        let text: String = self.typed(entry)?;
        let version = OpenVinoVersion::parse(&text);
        if version.is_err() {
            let names = OpenVinoVersion::ALL.map(OpenVinoVersion::name);
            self.report(
                Diagnostic::new(
                    &rules::UNKNOWN_ENUMERATOR,
                    format!("`{text}` is not an OpenVINO release"),
                )
                .label(entry.value.span, "blobs cannot be compiled for this")
                .help(format!("possible: {}", names.join(", "))),
            );
        }
        version.ok()
    }

    pub(super) fn wrong_type(&mut self, node: &Node, expected: &str) {
        self.report(wrong_type(node, expected));
    }

    pub(super) fn unknown_key(&mut self, entry: &Entry, known: &[&str], what: &str) {
        let key = &entry.key;
        let diagnostic = Diagnostic::new(&rules::UNKNOWN_KEY, format!("`{key}` is not {what}"))
            .label(entry.key_span, "unknown key");
        if let Some(instead) = version_3::key(key, known) {
            return self.report(diagnostic.help(instead));
        }
        let near = |text: &str| Suggestion::of(text, known.iter().copied());
        let suggestion = match near(key) {
            nothing if nothing.is_none() => near(&synonyms::without_verb(key)),
            found => found,
        };
        self.report(match known.len() {
            _ if !suggestion.is_none() => suggestion.at(diagnostic, entry.key_span),
            0..=16 => diagnostic.help(format!("possible: {}", known.join(", "))),
            _ => diagnostic.help(
                "a property is written in snake_case, a setter of the library in snake_case \
                 without `set`; docs/nodes.md lists the keys of each node",
            ),
        });
    }

    /// Reports a key that stands for another, which may be one of a table below.
    pub(super) fn meant_key(&mut self, entry: &Entry, meant: &str, what: &str) {
        let key = &entry.key;
        let diagnostic = Diagnostic::new(&rules::UNKNOWN_KEY, format!("`{key}` is not {what}"))
            .label(entry.key_span, "unknown key");
        self.report(Suggestion::meant(key, meant).at(diagnostic, entry.key_span));
    }

    pub(super) fn unknown_kind(&mut self, name: &str, span: Span) {
        let names = || Kind::ALL.iter().map(|kind| kind.name());
        let diagnostic = Diagnostic::new(
            &rules::UNKNOWN_NODE_KIND,
            format!("unknown node type `{name}`"),
        )
        .label(span, "unknown type");
        if let Some(instead) = version_3::kind(name) {
            return self.report(diagnostic.help(instead));
        }
        let suggestion = Suggestion::of(name, names());
        self.report(if suggestion.is_none() {
            let all: Vec<_> = names().collect();
            diagnostic.help(format!("node types of DepthAI 2.33: {}", all.join(", ")))
        } else {
            suggestion.quoted_at(diagnostic, span)
        });
    }
}
