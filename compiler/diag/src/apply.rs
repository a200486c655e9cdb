//! Applies fixes.
//!
//! In: diagnostics and the texts that they point into. Out: the texts with the fixes made, and all
//! other bytes unchanged. Never: half a fix; one that overlaps an earlier fix, or does not lie within
//! its text, is left for the next run.

use std::collections::BTreeMap;

use crate::{Diagnostics, Edit, FileId, Fix, SourceMap};

/// The texts after their fixes.
#[derive(Debug, Default)]
pub struct Fixed {
    /// New text by file; only files that changed.
    pub texts: BTreeMap<FileId, String>,
    /// Titles of the fixes that were made, in the order of the diagnostics.
    pub made: Vec<String>,
}

/// Which fixes are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applicability {
    /// Those that are certain.
    Safe,
    /// Those that are only likely to be what was meant, too.
    Unsafe,
}

/// Makes the fixes of `diagnostics` that are wanted.
pub fn apply_fixes(diagnostics: &Diagnostics, sources: &SourceMap, wanted: Applicability) -> Fixed {
    let mut taken: BTreeMap<FileId, Vec<&Edit>> = BTreeMap::new();
    let mut made = Vec::new();
    let fixes = diagnostics.sorted().into_iter();
    let fixes = fixes.filter_map(|diagnostic| diagnostic.fix.as_ref());
    for fix in fixes.filter(|fix| fix.safe || wanted == Applicability::Unsafe) {
        if !fits(fix, &taken, sources) {
            continue;
        }
        made.push(fix.title.clone());
        for edit in &fix.edits {
            taken.entry(edit.span.file).or_default().push(edit);
        }
    }
    let texts = taken.into_iter().filter_map(|(file, edits)| {
        let text = sources.get(file)?.text();
        Some((file, replaced(text, edits)))
    });
    Fixed {
        texts: texts.collect(),
        made,
    }
}

fn fits(fix: &Fix, taken: &BTreeMap<FileId, Vec<&Edit>>, sources: &SourceMap) -> bool {
    let free = |edit: &Edit| {
        let others = taken.get(&edit.span.file);
        let mut others = others.into_iter().flatten();
        !others.any(|other| overlap(edit, other))
    };
    !fix.edits.is_empty()
        && fix
            .edits
            .iter()
            .all(|edit| sources.slice(edit.span).is_some() && free(edit))
}

/// Edits that touch each other could be meant for the same position.
fn overlap(one: &Edit, other: &Edit) -> bool {
    one.span.start <= other.span.end && other.span.start <= one.span.end
}

fn replaced(text: &str, mut edits: Vec<&Edit>) -> String {
    edits.sort_by_key(|edit| edit.span.start);
    let mut result = String::with_capacity(text.len());
    let mut done = 0;
    for edit in edits {
        result.push_str(text.get(done..edit.span.start).unwrap_or_default());
        result.push_str(&edit.text);
        done = edit.span.end;
    }
    result.push_str(text.get(done..).unwrap_or_default());
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Diagnostic, Rule, Severity, Span};

    static RULE: Rule = Rule {
        code: "OAK900",
        name: "misspelt",
        level: Severity::Error,
        adjustable: true,
        constraints: &[],
        summary: "",
        docs: "",
    };

    /// Edits, and whether they are safe.
    type Proposal<'a> = (&'a [(usize, usize, &'a str)], bool);

    fn proposing((edits, safe): &Proposal<'_>, file: FileId) -> Diagnostic {
        let mut fix = Fix::safe(format!("fix {edits:?}"));
        fix.safe = *safe;
        for (start, end, text) in *edits {
            fix = fix.edit(Span::new(file, *start, *end), *text);
        }
        let start = edits.first().map_or(0, |edit| edit.0);
        Diagnostic::new(&RULE, "m")
            .label(Span::new(file, start, start), "")
            .fix(fix)
    }

    fn apply(text: &str, proposals: &[Proposal<'_>]) -> (String, usize) {
        let mut sources = SourceMap::new();
        let file = sources.add("a", text);
        let found = proposals.iter().map(|proposal| proposing(proposal, file));
        let outcome = apply_fixes(&found.collect(), &sources, Applicability::Safe);
        let text = outcome.texts.get(&file).map_or(text, String::as_str);
        (text.to_owned(), outcome.made.len())
    }

    #[test]
    fn only_safe_fixes_are_made_and_all_else_is_unchanged() {
        let (text, made) = apply(
            "a = 1 # one\nb = 2\n",
            &[(&[(0, 1, "x")], true), (&[(12, 13, "y")], false)],
        );
        assert_eq!((text.as_str(), made), ("x = 1 # one\nb = 2\n", 1));
    }

    #[test]
    fn a_fix_is_not_made_if_one_of_its_edits_overlaps_or_is_outside() {
        let (text, made) = apply(
            "0123456789",
            &[
                (&[(0, 2, "AA")], true),
                (&[(1, 3, "BB"), (8, 9, "B")], true),
                (&[(4, 5, "C"), (70, 71, "C")], true),
                (&[(6, 6, "++")], true),
            ],
        );
        assert_eq!((text.as_str(), made), ("AA2345++6789", 2));
    }

    #[test]
    fn a_fix_that_would_split_a_character_is_not_made() {
        let (text, made) = apply("é", &[(&[(1, 2, "x")], true)]);
        assert_eq!((text.as_str(), made), ("é", 0));
    }
}
