//! A node kind is a value: outside `runtime-schema/src/nodes` no source names one as text, no `match`
//! treats those it does not name alike, and no chain of conditions does.
//!
//! In: the tokens of all sources but the tests. Out: file and line of each offence. Comments and
//! longer texts may name kinds as they like.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use oakc_runtime_schema::nodes::Kind;
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// A line, and what is wrong in it.
type Offence = (usize, String);

#[test]
fn no_source_names_a_node_kind_as_text() {
    let kinds = Kind::ALL.iter();
    let names: BTreeSet<_> = kinds
        .flat_map(|kind| [kind.name(), kind.schema_name])
        .collect();
    let look = |tokens: &[TokenTree], offences: &mut Vec<Offence>| {
        for token in tokens {
            let TokenTree::Literal(literal) = token else {
                continue;
            };
            let text = literal.to_string();
            let text = text.trim_start_matches(['b', 'c', 'r']).trim_matches('#');
            let text = text
                .strip_prefix('"')
                .and_then(|text| text.strip_suffix('"'));
            if let Some(name) = text.filter(|text| names.contains(text)) {
                offences.push((
                    line(token),
                    format!("\"{name}\" is text; it is `Kind::{name}`"),
                ));
            }
        }
    };
    report(&look);
}

#[test]
fn every_match_on_node_kinds_names_all_of_them() {
    report(&|tokens, offences| {
        for (at, token) in tokens.iter().enumerate() {
            let rest = tokens.get(at + 1..).unwrap_or_default();
            if is_ident(token, "match")
                && let Some(arms) = rest.iter().find_map(braces)
                && has_kind_and_wildcard(&patterns(arms))
            {
                let what = "a `match` on kinds with `_`: a new kind would go unnoticed";
                offences.push((line(token), what.to_owned()));
            }
            if is_ident(token, "matches")
                && let Some(TokenTree::Group(arguments)) = rest.get(1)
                && kinds_in(&arguments.stream().into_iter().collect::<Vec<_>>()) > 1
            {
                let what = "`matches!` of several kinds: a new kind would go unnoticed";
                offences.push((line(token), what.to_owned()));
            }
        }
    });
}

#[test]
fn no_condition_tries_one_node_kind_after_the_other() {
    report(&|tokens, offences| {
        let compared: Vec<usize> = (0..tokens.len())
            .filter(|at| is_comparison(tokens.get(*at..at + 6).unwrap_or_default()))
            .collect();
        for pair in compared.windows(2) {
            let [first, second] = *pair else { continue };
            let between = tokens.get(first..second).unwrap_or_default();
            if is_alternative(between) {
                let what =
                    "kinds are compared one after the other: `match` them, or ask their `NodeKind`";
                offences.extend(
                    tokens
                        .get(second)
                        .map(|token| (line(token), what.to_owned())),
                );
            }
        }
    });
}

/// Whether the second of two comparisons is tried where the first does not hold.
fn is_alternative(between: &[TokenTree]) -> bool {
    let is_or = |pair: &[TokenTree]| pair.iter().all(|token| is_punct(token, '|'));
    let is_else = |token: &TokenTree| is_ident(token, "else");
    let ends = between.iter().any(|token| is_punct(token, ';'));
    !ends && (between.windows(2).any(is_or) || between.iter().any(is_else))
}

/// Whether `== Kind::NAME` or `!= Kind::NAME` begins here.
fn is_comparison(tokens: &[TokenTree]) -> bool {
    match tokens {
        [first, second, kind @ ..] => {
            let operator = is_punct(first, '=') || is_punct(first, '!');
            operator && is_punct(second, '=') && kinds_in(kind) == 1
        }
        _ => false,
    }
}

/// Fails with everything that `look` finds, at whatever depth of any source.
fn report(look: &dyn Fn(&[TokenTree], &mut Vec<Offence>)) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut files = Vec::new();
    for folder in [
        "compiler",
        "runtime-schema/src",
        "xtask/src",
        "fuzz/src",
        "tests/src",
    ] {
        sources(&root.join(folder), &mut files);
    }
    assert!(files.len() > 100, "the sources are elsewhere");
    let mut all = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let tokens: TokenStream = text.parse().unwrap();
        let mut offences = Vec::new();
        walk(tokens, look, &mut offences);
        let name = file.strip_prefix(root).unwrap().display();
        all.extend(
            offences
                .iter()
                .map(|(line, what)| format!("{name}:{line}: {what}")),
        );
    }
    assert!(all.is_empty(), "\n{}", all.join("\n"));
}

/// All sources below a folder that are not tests and do not define the kinds.
fn sources(folder: &Path, files: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        if stem == "tests" || stem.ends_with("_tests") || path.ends_with("runtime-schema/src/nodes")
        {
            continue;
        }
        if path.is_dir() {
            sources(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// Looks at the tokens of each group by themselves; modules for tests are left out.
fn walk(
    tokens: TokenStream,
    look: &dyn Fn(&[TokenTree], &mut Vec<Offence>),
    offences: &mut Vec<Offence>,
) {
    let tokens = without_tests(tokens.into_iter().collect());
    look(&tokens, offences);
    for token in tokens {
        if let TokenTree::Group(group) = token {
            walk(group.stream(), look, offences);
        }
    }
}

fn without_tests(tokens: Vec<TokenTree>) -> Vec<TokenTree> {
    let mut left = Vec::new();
    let mut tokens = tokens.into_iter();
    while let Some(token) = tokens.next() {
        let is_test = matches!(&token, TokenTree::Group(group)
            if group.delimiter() == Delimiter::Bracket && group.stream().to_string() == "cfg (test)");
        if is_test {
            tokens.find(|token| braces(token).is_some() || is_punct(token, ';'));
        } else {
            left.push(token);
        }
    }
    left
}

/// The patterns of the arms of a `match`, in a row.
fn patterns(arms: &Group) -> Vec<TokenTree> {
    let mut found = Vec::new();
    let mut tokens = arms.stream().into_iter().peekable();
    while let Some(token) = tokens.next() {
        let arrow = is_punct(&token, '=') && tokens.peek().is_some_and(|next| is_punct(next, '>'));
        if !arrow {
            found.push(token);
            continue;
        }
        tokens.next();
        let is_block = tokens.peek().is_some_and(|token| braces(token).is_some());
        if is_block {
            tokens.next();
        } else {
            tokens.find(|token| is_punct(token, ','));
        }
    }
    found
}

fn has_kind_and_wildcard(patterns: &[TokenTree]) -> bool {
    kinds_in(patterns) > 0 && patterns.iter().any(|token| is_ident(token, "_"))
}

/// How often `Kind::NAME` with the name of a node kind stands among these tokens.
fn kinds_in(tokens: &[TokenTree]) -> usize {
    let is_kind = |window: &&[TokenTree]| match window {
        [of, first, second, name] => {
            let name = name.to_string();
            is_ident(of, "Kind")
                && is_punct(first, ':')
                && is_punct(second, ':')
                && Kind::from_name(&name).is_some()
        }
        _ => false,
    };
    tokens.windows(4).filter(is_kind).count()
}

fn braces(token: &TokenTree) -> Option<&Group> {
    match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => Some(group),
        _ => None,
    }
}

fn is_ident(token: &TokenTree, name: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident == name)
}

fn is_punct(token: &TokenTree, wanted: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == wanted)
}

fn line(token: &TokenTree) -> usize {
    token.span().start().line
}
