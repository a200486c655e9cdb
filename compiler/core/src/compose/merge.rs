//! Two tables, one above the other, in; one table out, in which every value has the place where it is
//! written.
//!
//! Tables merge key by key, any other value replaces the one below it. New keys come behind the others.
//! Levels of rules merge rule by rule: what the upper one says about a rule is the last word about it.
//! Merging is associative as long as no key holds a table in one of them and another value in another.

use std::collections::{BTreeMap, BTreeSet};

use oakc_diag::Span;

use crate::syntax::{Entry, Node, NodeValue, Table};

/// The section whose lists name rules.
const LINT: &str = "lint";

/// The upper application on top of the lower one.
pub(super) fn merge(lower: Table, mut upper: Table) -> Table {
    let mut lower = lower;
    let below = lower.entries.iter_mut().find(|entry| entry.key == LINT);
    let above = upper.entries.iter_mut().find(|entry| entry.key == LINT);
    if let (Some(below), Some(above)) = (below, above) {
        merge_levels(below, above);
    }
    merge_tables(lower, upper)
}

fn merge_tables(lower: Table, upper: Table) -> Table {
    let mut entries = lower.entries;
    let known = entries.iter().enumerate();
    let known: BTreeMap<String, usize> = known.map(|(at, it)| (it.key.clone(), at)).collect();
    for entry in upper.entries {
        let at = known.get(&entry.key);
        match at.and_then(|at| entries.get_mut(*at)) {
            Some(below) => replace(below, entry),
            None => entries.push(entry),
        }
    }
    Table { entries }
}

/// Of two tables the lower one keeps its place: that is where the table is introduced.
fn replace(below: &mut Entry, above: Entry) {
    match (&mut below.value.value, above.value.value) {
        (NodeValue::Table(lower), NodeValue::Table(upper)) => {
            *lower = merge_tables(std::mem::take(lower), upper);
        }
        (_, value) => {
            below.key_span = above.key_span;
            below.value = Node {
                span: above.value.span,
                value,
            };
        }
    }
}

/// Moves the rules that the lower lists name and the upper ones do not into the upper lists, so that
/// these can replace the lower ones.
fn merge_levels(below: &mut Entry, above: &mut Entry) {
    let (NodeValue::Table(lower), NodeValue::Table(upper)) =
        (&mut below.value.value, &mut above.value.value)
    else {
        return;
    };
    let settled: BTreeSet<String> = upper.entries.iter().flat_map(names).collect();
    for list in &mut lower.entries {
        let NodeValue::List(items) = &mut list.value.value else {
            continue;
        };
        items.retain(|item| !matches!(&item.value, NodeValue::Str(name) if settled.contains(name)));
        let same = upper.entries.iter_mut().find(|it| it.key == list.key);
        if let Some(NodeValue::List(above)) = same.map(|it| &mut it.value.value) {
            let mut all = std::mem::take(items);
            all.append(above);
            *above = all;
        }
    }
}

fn names(entry: &Entry) -> Vec<String> {
    let NodeValue::List(items) = &entry.value.value else {
        return Vec::new();
    };
    let names = items.iter().filter_map(|item| match &item.value {
        NodeValue::Str(name) => Some(name.clone()),
        _ => None,
    });
    names.collect()
}

/// The places of all values in a table, and of those within them.
pub(super) fn places(table: &Table, found: &mut BTreeSet<Span>) {
    for entry in &table.entries {
        places_in(&entry.value, found);
    }
}

fn places_in(node: &Node, found: &mut BTreeSet<Span>) {
    found.insert(node.span);
    match &node.value {
        NodeValue::List(items) => items.iter().for_each(|item| places_in(item, found)),
        NodeValue::Table(table) => places(table, found),
        _ => {}
    }
}
