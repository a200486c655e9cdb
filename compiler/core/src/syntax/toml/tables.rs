//! Tables in TOML.
//!
//! In: headers, and keys with their values, in the order of the file. Out: the table they describe.
//! Never: a key that silently replaces another, a table that is extended after it was complete, or
//! one that is nested deeper than the limit.

use std::collections::BTreeMap;

use oakc_diag::{Diagnostic, Span};

use super::super::{
    Entry, MAX_DEPTH, Node, NodeValue, SYNTAX, Table, duplicate_key, shorten, too_deep,
};

/// One part of a key.
pub(super) struct Key {
    /// The name, unquoted.
    pub(super) name: String,
    /// Where it stands, quotes included.
    pub(super) span: Span,
}

/// Why a header or key was refused.
pub(super) type Refused = Box<Diagnostic>;

/// The tables of a document, or of one inline table.
pub(super) struct Tables {
    tables: Vec<Draft>,
    /// The table that keys are added to: that of the last header.
    current: usize,
}

/// A table to which keys may still be added.
struct Draft {
    origin: Origin,
    /// What a diagnostic about the whole table marks.
    span: Span,
    depth: usize,
    slots: BTreeMap<String, Slot>,
}

/// What a table exists for; this decides how it may be extended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// It has a header, or is the root.
    Header,
    /// A header names a table within it.
    Implicit,
    /// A dotted key leads through it.
    Dotted,
}

struct Slot {
    key: Span,
    item: Item,
}

enum Item {
    Value(Node),
    Table(usize),
    /// The tables of `[[headers]]`, with the span of the first.
    Tables(Span, Vec<usize>),
}

/// The number of the root among the tables.
const ROOT: usize = 0;

impl Tables {
    /// An empty table at that depth of nesting.
    pub(super) fn new(span: Span, depth: usize) -> Self {
        let root = Draft::new(Origin::Header, span, depth);
        Self {
            tables: vec![root],
            current: ROOT,
        }
    }

    /// The depth of the table that keys are added to.
    pub(super) fn depth(&self) -> usize {
        self.tables[self.current].depth
    }

    /// Adds a value to the current table.
    pub(super) fn define(&mut self, path: &[Key], value: Node) -> Result<(), Refused> {
        let Some((key, parents)) = path.split_last() else {
            return Ok(());
        };
        let mut table = self.current;
        let mut step = None;
        for parent in parents {
            step = Some((table, parent));
            table = self.dotted_step(table, parent)?;
        }
        // Only an array of tables leads to a table with a header.
        if let Some((outer, parent)) = step
            && self.tables[table].origin == Origin::Header
            && let Some(slot) = self.tables[outer].slots.get(&parent.name)
        {
            return Err(repeated(parent, slot));
        }
        let slots = &mut self.tables[table].slots;
        if let Some(slot) = slots.get(&key.name) {
            return Err(repeated(key, slot));
        }
        let item = Item::Value(value);
        slots.insert(key.name.clone(), Slot::new(key, item));
        Ok(())
    }

    /// Starts the table of a header, which from now on is the current one. After an error it is a
    /// table that belongs to nothing.
    pub(super) fn open(&mut self, path: &[Key], span: Span, array: bool) -> Result<(), Refused> {
        let opened = self.opened(path, span, array);
        match opened {
            Ok(table) => self.current = table,
            Err(_) => self.detach(span),
        }
        opened.map(drop)
    }

    /// Adds the keys that follow to a detached table: its header has an error.
    pub(super) fn detach(&mut self, span: Span) {
        self.current = self.tables.len();
        self.tables.push(Draft::new(Origin::Header, span, 1));
    }

    fn opened(&mut self, path: &[Key], span: Span, array: bool) -> Result<usize, Refused> {
        let Some((key, parents)) = path.split_last() else {
            return Ok(self.current);
        };
        let mut table = ROOT;
        for parent in parents {
            table = self.header_step(table, parent)?;
        }
        if array {
            self.array_table(table, key, span)
        } else {
            self.table(table, key, span)
        }
    }

    fn table(&mut self, outer: usize, key: &Key, span: Span) -> Result<usize, Refused> {
        let Some(slot) = self.tables[outer].slots.get(&key.name) else {
            return self.add_table(outer, key, Origin::Header, span);
        };
        let Item::Table(table) = slot.item else {
            return Err(repeated(key, slot));
        };
        if self.tables[table].origin != Origin::Implicit {
            return Err(repeated(key, slot));
        }
        if let Some(slot) = self.tables[outer].slots.get_mut(&key.name) {
            slot.key = key.span;
        }
        self.tables[table].origin = Origin::Header;
        self.tables[table].span = span;
        Ok(table)
    }

    fn array_table(&mut self, outer: usize, key: &Key, span: Span) -> Result<usize, Refused> {
        let depth = self.tables[outer].depth.saturating_add(2);
        if depth > MAX_DEPTH {
            return Err(Box::new(too_deep(key.span)));
        }
        let added = self.tables.len();
        let slots = &mut self.tables[outer].slots;
        let slot = slots
            .entry(key.name.clone())
            .or_insert_with(|| Slot::new(key, Item::Tables(span, Vec::new())));
        let Item::Tables(_, tables) = &mut slot.item else {
            return Err(repeated(key, slot));
        };
        tables.push(added);
        self.tables.push(Draft::new(Origin::Header, span, depth));
        Ok(added)
    }

    /// Into a table that a header names on its way.
    fn header_step(&mut self, outer: usize, key: &Key) -> Result<usize, Refused> {
        match self.inner(outer, key)? {
            Some(table) => Ok(table),
            None => self.add_table(outer, key, Origin::Implicit, key.span),
        }
    }

    /// Into a table that a dotted key names on its way.
    fn dotted_step(&mut self, outer: usize, key: &Key) -> Result<usize, Refused> {
        let Some(table) = self.inner(outer, key)? else {
            return self.add_table(outer, key, Origin::Dotted, key.span);
        };
        let slot = self.tables[outer].slots.get(&key.name);
        if let Some(slot) = slot
            && matches!(slot.item, Item::Table(_))
        {
            if self.tables[table].origin == Origin::Header {
                return Err(repeated(key, slot));
            }
            self.tables[table].origin = Origin::Dotted;
        }
        Ok(table)
    }

    /// The table of that name, the last one of an array of tables; none if the name is new.
    fn inner(&self, outer: usize, key: &Key) -> Result<Option<usize>, Refused> {
        match self.tables[outer].slots.get(&key.name) {
            None => Ok(None),
            Some(slot) => match &slot.item {
                Item::Table(table) => Ok(Some(*table)),
                Item::Tables(_, tables) => Ok(tables.last().copied()),
                Item::Value(value) => Err(complete(key, value)),
            },
        }
    }

    fn add_table(
        &mut self,
        outer: usize,
        key: &Key,
        origin: Origin,
        span: Span,
    ) -> Result<usize, Refused> {
        let depth = self.tables[outer].depth.saturating_add(1);
        if depth > MAX_DEPTH {
            return Err(Box::new(too_deep(key.span)));
        }
        let added = self.tables.len();
        let slot = Slot::new(key, Item::Table(added));
        self.tables[outer].slots.insert(key.name.clone(), slot);
        self.tables.push(Draft::new(origin, span, depth));
        Ok(added)
    }

    /// The finished root.
    pub(super) fn finish(mut self) -> Table {
        self.finished(ROOT)
    }

    /// The depth is limited where tables are added, and so is the recursion.
    fn finished(&mut self, table: usize) -> Table {
        let slots = std::mem::take(&mut self.tables[table].slots);
        let entries = slots.into_iter().map(|(key, slot)| Entry {
            key,
            key_span: slot.key,
            value: self.value(slot.item),
        });
        let mut entries: Vec<Entry> = entries.collect();
        entries.sort_by_key(|entry| entry.key_span.start);
        Table { entries }
    }

    fn value(&mut self, item: Item) -> Node {
        match item {
            Item::Value(node) => node,
            Item::Table(table) => self.node(table),
            Item::Tables(span, tables) => {
                let nodes = tables.into_iter().map(|table| self.node(table));
                let value = NodeValue::List(nodes.collect());
                Node { span, value }
            }
        }
    }

    fn node(&mut self, table: usize) -> Node {
        Node {
            span: self.tables[table].span,
            value: NodeValue::Table(self.finished(table)),
        }
    }
}

impl Draft {
    fn new(origin: Origin, span: Span, depth: usize) -> Self {
        Self {
            origin,
            span,
            depth,
            slots: BTreeMap::new(),
        }
    }
}

impl Slot {
    fn new(key: &Key, item: Item) -> Self {
        let key = key.span;
        Self { key, item }
    }
}

fn repeated(key: &Key, first: &Slot) -> Refused {
    Box::new(duplicate_key(&key.name, Some(first.key), key.span))
}

fn complete(key: &Key, value: &Node) -> Refused {
    let name = shorten(&key.name);
    let found = match value.value {
        NodeValue::Table(_) => "an inline table",
        ref other => other.describe(),
    };
    let message = format!("`{name}` is {found}: no keys can be added to it");
    let diagnostic = Diagnostic::new(&SYNTAX, message)
        .label(key.span, "used as a table here")
        .secondary(value.span, "its whole value is written here")
        .help("write all keys of a table in one place, or rename one of the two");
    Box::new(diagnostic)
}
