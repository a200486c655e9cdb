//! What people get wrong in YAML.
//!
//! In: a text that cannot be parsed, and where its parser gave up. Out: the line that is wrong and the
//! reason, where a usual slip explains it. Never: a decision that rests on how the parser words its
//! errors.

use oakc_diag::{Diagnostic, FileId};

use super::super::{SYNTAX, clamped, shorten};

/// A slip: the bytes that are wrong, and what to say about them.
struct Slip {
    start: usize,
    end: usize,
    message: String,
    label: &'static str,
    help: String,
}

/// Each looks for one kind of slip; the first that is found is told.
const SLIPS: [fn(&Scene<'_>) -> Option<Slip>; 11] = [
    tab,
    toml_section,
    open_quote,
    text_after_quote,
    block_text,
    open_bracket,
    equals_sign,
    missing_space,
    second_colon,
    indentation,
    reserved,
];

/// The slip that explains why the text cannot be read at this offset.
pub(super) fn explain(file: FileId, text: &str, at: usize) -> Option<Diagnostic> {
    let scene = Scene::new(text, at);
    let slip = SLIPS.iter().find_map(|slip| slip(&scene))?;
    let span = clamped(file, text, slip.start, slip.end);
    let diagnostic = Diagnostic::new(&SYNTAX, format!("invalid YAML: {}", slip.message));
    Some(diagnostic.label(span, slip.label).help(slip.help))
}

/// A line without its end.
#[derive(Clone, Copy)]
struct Line<'a> {
    start: usize,
    text: &'a str,
}

impl<'a> Line<'a> {
    fn indent(self) -> usize {
        self.text.len() - self.text.trim_start_matches(' ').len()
    }

    /// The text without indentation and trailing space.
    fn content(self) -> &'a str {
        self.text.trim()
    }

    /// Where the content begins.
    fn begin(self) -> usize {
        self.start + (self.text.len() - self.text.trim_start().len())
    }

    fn end(self) -> usize {
        self.start + self.text.trim_end().len()
    }

    /// Key and value, if it is a key with a colon and nothing or a space behind that.
    fn entry(self) -> Option<(&'a str, &'a str)> {
        let (key, value) = self.content().split_once(':')?;
        let separated = value.is_empty() || value.starts_with(' ');
        (is_key(key) && separated).then(|| (key, value.trim()))
    }

    /// Whether it is a key whose text stands on the next lines.
    fn opens_text(self) -> bool {
        let Some((_, value)) = self.content().split_once(": ") else {
            return false;
        };
        let value = value.split(" #").next().unwrap_or_default().trim();
        let rest = value.strip_prefix(['|', '>']);
        rest.is_some_and(|rest| {
            rest.chars()
                .all(|c| c.is_ascii_digit() || c == '-' || c == '+')
        })
    }
}

/// The lines around the place where the parser gave up.
struct Scene<'a> {
    text: &'a str,
    at: usize,
    /// The lines with content, up to the one after that place.
    lines: Vec<Line<'a>>,
    /// The position in them of the last one that begins at or before it.
    here: usize,
}

impl<'a> Scene<'a> {
    fn new(text: &'a str, at: usize) -> Self {
        let mut lines: Vec<Line<'a>> = Vec::new();
        let (mut start, mut after) = (0, 0);
        for text in text.split_inclusive('\n') {
            let line = Line {
                start,
                text: text.trim_end_matches(['\n', '\r']),
            };
            start += text.len();
            if line.content().is_empty() || line.content().starts_with('#') {
                continue;
            }
            lines.push(line);
            after += usize::from(line.start > at);
            if after > 0 {
                break;
            }
        }
        let here = lines.iter().rposition(|line| line.start <= at);
        Self {
            text,
            at,
            here: here.unwrap_or_default(),
            lines,
        }
    }

    fn here(&self) -> Option<Line<'a>> {
        self.lines.get(self.here).copied()
    }

    fn before(&self) -> Option<Line<'a>> {
        self.lines.get(self.here.checked_sub(1)?).copied()
    }

    /// The line where the parser gave up, and the one before: it may have noticed too late.
    fn suspects(&self) -> impl Iterator<Item = Line<'a>> + use<'a> {
        [self.here(), self.before()].into_iter().flatten()
    }
}

/// Whether a text is a word that can be a key.
fn is_key(text: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || "_-.\"'[]".contains(c);
    !text.is_empty() && text.chars().all(is_part)
}

fn tab(scene: &Scene<'_>) -> Option<Slip> {
    let from = scene.here.saturating_sub(1);
    let near = scene.lines.get(from..)?;
    let (line, tab) = near.iter().find_map(|line| {
        let blank = line.begin().checked_sub(line.start)?;
        let tab = line.text.get(..blank)?.find('\t')?;
        Some((line, line.start + tab))
    })?;
    Some(Slip {
        start: tab,
        end: line.begin(),
        message: "a line is indented with a tab".to_owned(),
        label: "only spaces are allowed here",
        help: "indent with spaces, and with as many as the lines beside it".to_owned(),
    })
}

fn toml_section(scene: &Scene<'_>) -> Option<Slip> {
    let is_section = |line: &Line<'_>| {
        let inner = line.content().strip_prefix('[');
        let inner = inner.and_then(|inner| inner.strip_suffix(']'));
        line.indent() == 0 && inner.is_some_and(|inner| is_key(inner.trim()))
    };
    let line = scene.suspects().find(is_section)?;
    Some(Slip {
        start: line.begin(),
        end: line.end(),
        message: "a section of TOML in a YAML file".to_owned(),
        label: "TOML",
        help:
            "write `nodes:` with the names of the nodes indented below it, or let the name of the \
               file end in `.toml`"
                .to_owned(),
    })
}

fn open_quote(scene: &Scene<'_>) -> Option<Slip> {
    let quote = scene.text.get(scene.at..)?.chars().next()?;
    if !matches!(quote, '"' | '\'') {
        return None;
    }
    Some(Slip {
        start: scene.at,
        end: scene.here()?.end(),
        message: "a quote is not closed".to_owned(),
        label: "begins here",
        help: format!("add the closing `{quote}`"),
    })
}

fn text_after_quote(scene: &Scene<'_>) -> Option<Slip> {
    let line = scene.here()?;
    let before = scene.text.get(line.start..scene.at)?.trim_end();
    let quote = before.chars().next_back()?;
    let help = match quote {
        '\'' => "inside single quotes, write a quote twice: `''`",
        '"' => "inside double quotes, write a quote as `\\\"`",
        _ => return None,
    };
    (scene.at < line.end()).then(|| Slip {
        start: scene.at,
        end: line.end(),
        message: "text goes on behind the closing quote".to_owned(),
        label: "not part of the text in quotes",
        help: help.to_owned(),
    })
}

/// Text below `key: |` that is not indented as its first line is.
fn block_text(scene: &Scene<'_>) -> Option<Slip> {
    let until = scene.lines.get(..=scene.here)?;
    let opening = until.iter().rposition(|line| line.opens_text())?;
    let (head, first) = (scene.lines.get(opening)?, scene.lines.get(opening + 1)?);
    let (key, _) = head.content().split_once(':')?;
    let slip = |line: &Line<'_>, message: String, spaces: usize| Slip {
        start: line.begin(),
        end: line.end(),
        message,
        label: "not indented enough",
        help: format!("indent each line of the text with at least {spaces} spaces"),
    };
    if first.indent() <= head.indent() {
        let message = format!("the text of `{key}` must be indented more than its key");
        let wanted = head.indent() + 2;
        return first
            .entry()
            .is_none()
            .then(|| slip(first, message, wanted));
    }
    let text = until.get(opening + 2..)?;
    let line = text.iter().find(|line| line.indent() < first.indent())?;
    let is_text = line.indent() > head.indent() || line.entry().is_none();
    let message = format!("a line of the text of `{key}` is indented less than the first one");
    is_text.then(|| slip(line, message, first.indent()))
}

fn open_bracket(scene: &Scene<'_>) -> Option<Slip> {
    let until = scene.text.get(..scene.at)?;
    let line = scene.here()?;
    let mut open: Vec<(usize, char)> = Vec::new();
    let mut quote = None;
    let mut before = '\n';
    for (offset, c) in until.char_indices() {
        // A bracket or quote within a word is a part of it.
        let begins = " \t\n[{,".contains(before);
        before = c;
        if let Some(opened) = quote {
            quote = Some(opened).filter(|opened| *opened != c);
            continue;
        }
        match c {
            '"' | '\'' if begins => quote = Some(c),
            '[' | '{' if begins => open.push((offset, c)),
            ']' | '}' => drop(open.pop()),
            _ => {}
        }
    }
    let (start, bracket) = open.pop()?;
    let closing = if bracket == '[' { ']' } else { '}' };
    let is_over = start < line.start || scene.at >= line.end();
    is_over.then(|| Slip {
        start,
        end: start + 1,
        message: format!("`{bracket}` is not closed"),
        label: "opened here",
        help: format!("add the closing `{closing}`"),
    })
}

fn equals_sign(scene: &Scene<'_>) -> Option<Slip> {
    scene.suspects().find_map(|line| {
        let (key, value) = line.content().split_once('=')?;
        let (name, value) = (key.trim(), shorten(value.trim()));
        let start = line.begin() + key.len();
        (is_key(name) && !value.is_empty()).then(|| Slip {
            start,
            end: start + 1,
            message: "a key is followed by `=` instead of `:`".to_owned(),
            label: "as in TOML",
            help: format!("write `{name}: {value}`"),
        })
    })
}

fn missing_space(scene: &Scene<'_>) -> Option<Slip> {
    scene.suspects().find_map(|line| {
        let (key, value) = line.content().split_once(':')?;
        let begins = value.starts_with(|c: char| !c.is_whitespace());
        let start = line.begin() + key.len();
        (is_key(key) && begins).then(|| Slip {
            start,
            end: start + 1,
            message: "there is no space after a colon".to_owned(),
            label: "part of a word without a space behind it",
            help: format!("write `{key}: {}`", shorten(value)),
        })
    })
}

fn second_colon(scene: &Scene<'_>) -> Option<Slip> {
    let line = scene.here()?;
    let (key, value) = line.entry()?;
    if value.starts_with(['"', '\'', '[', '{', '|', '>']) {
        return None;
    }
    let (inner, _) = value.split_once(": ")?;
    let start = line.end() - value.len() + inner.len();
    Some(Slip {
        start,
        end: start + 1,
        message: format!("the value of `{key}` contains a colon"),
        label: "a second colon in one line",
        help: format!("put the value in quotes: `{key}: \"{}\"`", shorten(value)),
    })
}

fn indentation(scene: &Scene<'_>) -> Option<Slip> {
    let (line, before) = (scene.here()?, scene.before()?);
    let slip = |message: &str, help: String| Slip {
        start: line.begin(),
        end: line.end(),
        message: message.to_owned(),
        label: "not indented correctly",
        help,
    };
    let (indent, above) = (line.indent(), before.indent());
    if indent > above {
        let (key, value) = before.entry()?;
        let message = format!("a line is indented below `{key}`, which already has a value");
        let help = format!("indent it with {above} spaces, like the line above");
        return (!value.is_empty()).then(|| slip(&message, help));
    }
    // The levels that are still open above the line.
    let mut levels: Vec<usize> = Vec::new();
    for line in scene.lines.get(..scene.here)?.iter().rev() {
        if levels.last().is_none_or(|last| line.indent() < *last) {
            levels.push(line.indent());
        }
    }
    if levels.contains(&indent) {
        return None;
    }
    let outer = levels.iter().find(|level| **level < indent);
    let inner = levels.iter().rev().find(|level| **level > indent);
    let spaces: Vec<_> = outer
        .into_iter()
        .chain(inner)
        .map(usize::to_string)
        .collect();
    let message = "the indentation of a line is that of no line above";
    Some(slip(
        message,
        format!("indent it with {} spaces", spaces.join(" or ")),
    ))
}

fn reserved(scene: &Scene<'_>) -> Option<Slip> {
    let first = scene.text.get(scene.at..)?.chars().next()?;
    "@`%".contains(first).then(|| Slip {
        start: scene.at,
        end: scene.at + 1,
        message: format!("text without quotes begins with `{first}`"),
        label: "not allowed here",
        help: "put the text in quotes".to_owned(),
    })
}
