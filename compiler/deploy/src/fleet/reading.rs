//! The tree of a fleet file in, its cameras out. A part with a problem is reported and left out, and
//! reading goes on.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use oakc_core::config::rules::MISSING_KEY;
use oakc_core::config::{Document, Suggestion};
use oakc_core::syntax::{Entry, Language, Node, NodeValue, Table};
use oakc_device::Locator;
use oakc_diag::{Diagnostic, Diagnostics, Span};

use super::{INVALID_FLEET, Member, Param};

pub(super) const SECTIONS: &[&str] = &["concurrency", "profile", "params", "groups", "cameras"];
pub(super) const GROUP: &[&str] = &["profile", "params"];
pub(super) const CAMERA: &[&str] = &["name", "address", "groups", "profile", "params"];

/// What an application is made into, as far as a part of the file says it.
#[derive(Clone, Default)]
struct Variation {
    profile: Option<Param>,
    params: BTreeMap<String, Param>,
}

impl Variation {
    /// Adds what counts before it.
    fn refine(&mut self, by: Self) {
        self.profile = by.profile.or(self.profile.take());
        self.params.extend(by.params);
    }
}

pub(super) struct Reading<'a> {
    document: Document<'a>,
    /// What counts for all.
    all: Variation,
    /// What counts for each group.
    groups: BTreeMap<String, Variation>,
    /// Where each name and each address is written first.
    taken: BTreeMap<(&'static str, String), Span>,
}

impl<'a> Reading<'a> {
    pub(super) fn new(language: Language, diagnostics: &'a mut Diagnostics) -> Self {
        Self {
            document: Document::new(language, diagnostics),
            all: Variation::default(),
            groups: BTreeMap::new(),
            taken: BTreeMap::new(),
        }
    }

    pub(super) fn fleet(mut self, tree: &Node) -> (Option<NonZeroUsize>, Vec<Member>) {
        let Some(root) = self.document.table(tree) else {
            return (None, Vec::new());
        };
        self.document.check_keys(root, SECTIONS, "a key of a fleet");
        let concurrency = root.get("concurrency");
        let concurrency = concurrency.and_then(|node| self.concurrency(node));
        self.all = self.variation_in(root);
        if let Some(node) = root.get("groups") {
            self.read_groups(node);
        }
        let members = match root.get("cameras").map(|node| (node, &node.value)) {
            Some((_, NodeValue::List(cameras))) if !cameras.is_empty() => {
                cameras.iter().filter_map(|it| self.camera(it)).collect()
            }
            Some((node, value)) if !matches!(value, NodeValue::List(_)) => {
                self.document.wrong_type(node, "a list of cameras");
                Vec::new()
            }
            _ => {
                self.report_empty(tree.span);
                Vec::new()
            }
        };
        (concurrency, members)
    }

    fn report_empty(&mut self, root: Span) {
        self.document.report(
            Diagnostic::new(&INVALID_FLEET, "the fleet has no cameras")
                .label(Span::new(root.file, 0, 0), "no `cameras` in this file")
                .help("list at least one camera under `cameras`, with its `name` and `address`"),
        );
    }

    fn concurrency(&mut self, node: &Node) -> Option<NonZeroUsize> {
        let number = match node.value {
            NodeValue::Int(number) => usize::try_from(number).ok().and_then(NonZeroUsize::new),
            _ => None,
        };
        if number.is_none() {
            self.document.wrong_type(node, "a positive integer");
        }
        number
    }

    fn read_groups(&mut self, node: &Node) {
        let Some(groups) = self.document.table(node) else {
            return;
        };
        for group in &groups.entries {
            let table = self.document.table(&group.value);
            let variation = table.map(|table| {
                self.document.check_keys(table, GROUP, "a key of a group");
                self.variation_in(table)
            });
            self.groups
                .insert(group.key.clone(), variation.unwrap_or_default());
        }
    }

    /// The `profile` and the `params` in a table.
    fn variation_in(&mut self, table: &Table) -> Variation {
        let profile = table.get("profile").and_then(|node| {
            let value = self.document.value::<String>(node)?;
            Some(Param {
                value,
                span: node.span,
            })
        });
        let params = table.get("params");
        let params = params.and_then(|params| self.document.table(params));
        let params = params.map_or(&[][..], |params| &params.entries);
        let params = params.iter().filter_map(|entry| self.param(entry));
        Variation {
            profile,
            params: params.collect(),
        }
    }

    fn param(&mut self, entry: &Entry) -> Option<(String, Param)> {
        let value = match &entry.value.value {
            NodeValue::Str(text) => text.clone(),
            NodeValue::Int(number) => number.to_string(),
            NodeValue::Float(number) => number.to_string(),
            NodeValue::Bool(flag) => flag.to_string(),
            _ => {
                let expected = "a string, a number, true or false";
                self.document.wrong_type(&entry.value, expected);
                return None;
            }
        };
        let span = entry.key_span;
        Some((entry.key.clone(), Param { value, span }))
    }

    fn camera(&mut self, node: &Node) -> Option<Member> {
        let table = self.document.table(node)?;
        self.document.check_keys(table, CAMERA, "a key of a camera");
        let name = self.required(table, "name", node.span);
        let address = self.required(table, "address", node.span);
        let locator = address.and_then(|(text, span)| self.locator(&text, span));
        let groups = table.get("groups");
        let groups = groups.map_or(Vec::new(), |node| self.groups_of(node));
        let mut variation = self.all.clone();
        for group in &groups {
            variation.refine(self.groups.get(group).cloned().unwrap_or_default());
        }
        variation.refine(self.variation_in(table));
        let (name, span) = name?;
        self.refuse_twice("name", &name, span);
        Some(Member {
            name,
            span,
            locator: locator?,
            groups,
            profile: variation.profile,
            params: variation.params,
        })
    }

    fn required(&mut self, table: &Table, key: &str, camera: Span) -> Option<(String, Span)> {
        let Some(entry) = table.entry(key) else {
            self.document.report(
                Diagnostic::new(&MISSING_KEY, format!("this camera has no `{key}`"))
                    .label(camera, format!("`{key}` is missing here")),
            );
            return None;
        };
        let text = self.document.value::<String>(&entry.value)?;
        Some((text, entry.value.span))
    }

    fn locator(&mut self, text: &str, span: Span) -> Option<Locator> {
        match text.parse::<Locator>() {
            Ok(locator) => {
                self.refuse_twice("address", &locator.to_string(), span);
                Some(locator)
            }
            Err(error) => {
                let kinds = "an IPv4 address, a USB path as in `usb:1.2.3`, or an MXID";
                self.document.report(
                    Diagnostic::new(&INVALID_FLEET, error.to_string())
                        .label(span, format!("expected {kinds}")),
                );
                None
            }
        }
    }

    fn groups_of(&mut self, node: &Node) -> Vec<String> {
        let groups = self.document.value::<Vec<String>>(node);
        let groups = groups.unwrap_or_default();
        if let NodeValue::List(items) = &node.value {
            for (group, item) in groups.iter().zip(items) {
                self.check_group(group, item.span);
            }
        }
        groups
    }

    fn check_group(&mut self, group: &str, span: Span) {
        if self.groups.contains_key(group) {
            return;
        }
        let known = self.groups.keys().map(String::as_str);
        let suggestion = Suggestion::of(group, known);
        let diagnostic = Diagnostic::new(&INVALID_FLEET, format!("there is no group `{group}`"))
            .label(span, "unknown group");
        let diagnostic = if suggestion.is_none() {
            let table = self.document.language().table(&["groups", group]);
            diagnostic.help(format!("declare it: {table}"))
        } else {
            suggestion.quoted_at(diagnostic, span)
        };
        self.document.report(diagnostic);
    }

    fn refuse_twice(&mut self, what: &'static str, value: &str, span: Span) {
        let key = (what, value.to_owned());
        let Some(first) = self.taken.get(&key).copied() else {
            self.taken.insert(key, span);
            return;
        };
        self.document.report(
            Diagnostic::new(
                &INVALID_FLEET,
                format!("two cameras have the same {what}, `{value}`"),
            )
            .label(span, "again here")
            .secondary(first, "first here"),
        );
    }
}
