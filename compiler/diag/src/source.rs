//! The texts that diagnostics point into.
//!
//! In: texts with their display names. Out: [`FileId`]s, and the line and column of a byte offset. Never:
//! a panic (an offset beyond the text or inside a character is moved back to the nearest valid one), or a
//! file read.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// Characters are counted in steps of this many bytes, so that a position far into a long line does
/// not require counting everything before it.
const STEP: usize = 1024;

/// A file of one [`SourceMap`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(usize);

/// A range of bytes of one file, end exclusive. May be empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file the offsets belong to.
    pub file: FileId,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl FileId {
    /// The id of this file after [`SourceMap::merge`] moved it.
    #[must_use]
    pub fn moved(self, to: &[Self]) -> Self {
        to.get(self.0).copied().unwrap_or(self)
    }
}

impl Span {
    /// The bytes `start..end` of `file`.
    pub const fn new(file: FileId, start: usize, end: usize) -> Self {
        Self { file, start, end }
    }

    /// From the start of `self` to the end of `other`, which lies in the same file.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self::new(self.file, self.start, self.end.max(other.end))
    }
}

/// A position in a text, as people count it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// Bytes from the start of the text.
    pub offset: usize,
}

/// A text and the name under which it is shown.
#[derive(Debug)]
pub struct SourceFile {
    name: String,
    text: Arc<str>,
    // Made when the first position is looked up, so a file without problems costs nothing.
    line_starts: OnceLock<Vec<usize>>,
    // How many characters begin before each step; only for texts with a long line.
    counts: OnceLock<Vec<usize>>,
    /// The text with stars in place of secrets, as long as the text; none where it has no secrets.
    shown: Option<String>,
}

impl SourceFile {
    fn new(name: String, text: Arc<str>) -> Self {
        Self {
            name,
            text,
            line_starts: OnceLock::new(),
            counts: OnceLock::new(),
            shown: None,
        }
    }

    /// Line `number` (from 1) as it may be shown: as long as [`SourceFile::line`], with stars in place of
    /// secrets.
    pub(crate) fn shown_line(&self, number: usize) -> &str {
        let line = self.line(number);
        let start = self.line_start(number);
        let end = start.saturating_add(line.len());
        let shown = self.shown.as_deref();
        shown
            .and_then(|shown| shown.get(start..end))
            .unwrap_or(line)
    }

    /// Shows stars in place of a secret, wherever it stands.
    fn hide(&mut self, secret: &str) {
        let shown = self.shown.as_deref().unwrap_or(&self.text);
        if !secret.is_empty() && shown.contains(secret) {
            self.shown = Some(shown.replace(secret, &stars(secret)));
        }
    }

    /// Shows stars in place of some bytes.
    fn hide_range(&mut self, range: Range<usize>) {
        let shown = self.shown.as_deref().unwrap_or(&self.text);
        if let (Some(before), Some(hidden), Some(after)) = (
            shown.get(..range.start),
            shown.get(range.clone()),
            shown.get(range.end..),
        ) {
            self.shown = Some(format!("{before}{}{after}", stars(hidden)));
        }
    }

    /// The display name, usually the path as the user wrote it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// Number of lines; a text that ends in a line break has an empty last line.
    pub fn line_count(&self) -> usize {
        self.line_starts().len()
    }

    /// Line `number` (from 1) without its line break; empty beyond the end.
    pub fn line(&self, number: usize) -> &str {
        let index = number.saturating_sub(1);
        let Some(&start) = self.line_starts().get(index) else {
            return "";
        };
        let end = self.line_starts().get(index.saturating_add(1));
        let end = end.copied().unwrap_or(self.text.len());
        let line = self.text.get(start..end).unwrap_or_default();
        let line = line.strip_suffix('\n').unwrap_or(line);
        line.strip_suffix('\r').unwrap_or(line)
    }

    /// Where `offset` is. Within a line break it is the end of the line.
    pub fn position(&self, offset: usize) -> Position {
        let offset = self.text.floor_char_boundary(offset);
        let line = self.line_starts().partition_point(|&start| start <= offset);
        let start = self.line_start(line);
        let end = offset.min(start.saturating_add(self.line(line).len()));
        Position {
            line,
            column: self.characters(start, end).saturating_add(1),
            offset,
        }
    }

    /// The first byte of line `number` (from 1).
    pub(crate) fn line_start(&self, number: usize) -> usize {
        let start = self.line_starts().get(number.saturating_sub(1));
        start.copied().unwrap_or(self.text.len())
    }

    /// How many characters begin at or after byte `start` and before byte `end`.
    fn characters(&self, start: usize, end: usize) -> usize {
        if end.saturating_sub(start) <= STEP {
            return self.count(start..end);
        }
        let before = |offset| {
            let (known, rest) = self.known(offset);
            known.saturating_add(self.count(rest))
        };
        before(end).saturating_sub(before(start))
    }

    /// How many characters begin before the step that contains `offset`, and the bytes from there on.
    fn known(&self, offset: usize) -> (usize, Range<usize>) {
        let counts = self.counts.get_or_init(|| {
            let mut before = 0usize;
            let steps = self.text.as_bytes().chunks(STEP).map(|bytes| {
                let count = before;
                before = before.saturating_add(beginnings(bytes));
                count
            });
            steps.collect()
        });
        let step = offset.saturating_sub(1) / STEP;
        let count = counts.get(step).copied().unwrap_or_default();
        (count, step.saturating_mul(STEP)..offset)
    }

    fn count(&self, bytes: Range<usize>) -> usize {
        self.text.as_bytes().get(bytes).map_or(0, beginnings)
    }

    fn line_starts(&self) -> &[usize] {
        self.line_starts.get_or_init(|| {
            let breaks = self.text.match_indices('\n');
            let after = breaks.map(|(offset, _)| offset.saturating_add(1));
            std::iter::once(0).chain(after).collect()
        })
    }
}

/// Something to show in place of a text, with as many characters of the same lengths; line breaks stay.
fn stars(text: &str) -> String {
    let star = |c: char| match (c, c.len_utf8()) {
        ('\n' | '\r', _) => c,
        (_, 1) => '*',
        (_, 2) => '\u{b7}',
        (_, 3) => '\u{2022}',
        _ => '\u{1f7c4}',
    };
    text.chars().map(star).collect()
}

/// How many characters begin in a piece of UTF-8.
fn beginnings(bytes: &[u8]) -> usize {
    let continues = |byte: u8| byte & 0b1100_0000 == 0b1000_0000;
    bytes.iter().filter(|byte| !continues(**byte)).count()
}

/// All texts that a run has read.
#[derive(Debug, Default)]
pub struct SourceMap {
    files: Vec<SourceFile>,
    /// What is never shown, the longest first.
    secrets: Vec<String>,
}

/// What is shown in place of a secret.
pub const HIDDEN: &str = "***";

impl SourceMap {
    /// A map without files.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text under its display name. The same name twice gives two files.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<Arc<str>>) -> FileId {
        let mut file = SourceFile::new(name.into(), text.into());
        self.secrets.iter().for_each(|secret| file.hide(secret));
        self.files.push(file);
        FileId(self.files.len().saturating_sub(1))
    }

    /// From now on, this text is not shown any more, wherever it stands.
    pub fn hide(&mut self, secret: &str) {
        if secret.is_empty() || self.secrets.iter().any(|known| known == secret) {
            return;
        }
        self.secrets.push(secret.to_owned());
        // One may be a part of another.
        self.secrets
            .sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        self.files.iter_mut().for_each(|file| file.hide(secret));
    }

    /// From now on, what is written at this place is not shown any more.
    pub fn hide_place(&mut self, place: Span) {
        if let Some(file) = self.files.get_mut(place.file.0) {
            file.hide_range(place.start..place.end);
        }
    }

    /// All files.
    pub fn ids(&self) -> impl Iterator<Item = FileId> + use<> {
        (0..self.files.len()).map(FileId)
    }

    /// Shows files under other names, where `name` has one for theirs.
    pub fn rename(&mut self, name: impl Fn(&str) -> Option<String>) {
        for file in &mut self.files {
            if let Some(name) = name(&file.name) {
                file.name = name;
            }
        }
    }

    /// A text without secrets.
    pub fn masked(&self, text: &str) -> String {
        let secrets = self.secrets.iter();
        secrets.fold(text.to_owned(), |text, secret| text.replace(secret, HIDDEN))
    }

    /// Whether there is anything to hide.
    pub fn has_secrets(&self) -> bool {
        !self.secrets.is_empty()
    }

    /// Takes over the files of another map and returns their new ids, in their order there. A file that
    /// is here already, under the same name and with the same text, is not added again.
    pub fn merge(&mut self, other: Self) -> Vec<FileId> {
        for secret in &other.secrets {
            self.hide(secret);
        }
        let files = other.files.into_iter();
        files.map(|file| self.find_or_add(file)).collect()
    }

    fn find_or_add(&mut self, file: SourceFile) -> FileId {
        let same = |own: &SourceFile| own.name == file.name && own.text == file.text;
        if let Some(index) = self.files.iter().position(same) {
            if let (Some(own), Some(shown)) = (self.files.get_mut(index), file.shown) {
                own.shown.get_or_insert(shown);
            }
            return FileId(index);
        }
        let mut file = file;
        self.secrets.iter().for_each(|secret| file.hide(secret));
        self.files.push(file);
        FileId(self.files.len().saturating_sub(1))
    }

    /// The file with an id; `None` if the id is from another map.
    pub fn get(&self, file: FileId) -> Option<&SourceFile> {
        self.files.get(file.0)
    }

    /// The text at a span; `None` if the span does not lie in its file.
    pub fn slice(&self, span: Span) -> Option<&str> {
        self.get(span.file)?.text.get(span.start..span.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn position(text: &str, offset: usize) -> (usize, usize) {
        let mut sources = SourceMap::new();
        let file = sources.add("app.toml", text);
        let position = sources.get(file).unwrap().position(offset);
        (position.line, position.column)
    }

    #[test]
    fn columns_count_characters_and_offsets_count_bytes() {
        let text = "ключ = \"ü🎥\"\nb";
        assert_eq!(position(text, 0), (1, 1));
        assert_eq!(position(text, text.find('=').unwrap()), (1, 6));
        assert_eq!(position(text, text.find('🎥').unwrap()), (1, 10));
        assert_eq!(position(text, text.find('b').unwrap()), (2, 1));
    }

    #[test]
    fn columns_in_a_long_line_are_exact_without_counting_all_of_it() {
        let text = format!("kurz\n{}\nende", "äb🎥".repeat(5000));
        let mut sources = SourceMap::new();
        let file = sources.add("app.yaml", text.as_str());
        let file = sources.get(file).unwrap();
        for (offset, _) in text.char_indices() {
            let line = text[..offset].matches('\n').count();
            let start = text[..offset].rfind('\n').map_or(0, |newline| newline + 1);
            let (known, rest) = file.known(offset);
            assert!(rest.len() <= STEP, "{rest:?}");
            assert_eq!(known + file.count(rest), text[..offset].chars().count());
            let position = file.position(offset);
            let column = text[start..offset].chars().count();
            assert_eq!((position.line, position.column), (line + 1, column + 1));
        }
    }

    #[test]
    fn a_windows_line_ending_is_one_line_break() {
        let text = "ab\r\ncd\r\n";
        assert_eq!(position(text, 2), (1, 3));
        assert_eq!(position(text, 3), (1, 3));
        assert_eq!(position(text, 4), (2, 1));
        assert_eq!(position(text, 8), (3, 1));
    }

    #[test]
    fn offsets_inside_a_character_or_past_the_end_are_moved_back() {
        assert_eq!(position("é", 1), (1, 1));
        assert_eq!(position("é", 99), (1, 2));
        assert_eq!(position("", 0), (1, 1));
    }

    #[test]
    fn lines_do_not_include_their_line_breaks() {
        let mut sources = SourceMap::new();
        let file = sources.add("a", "one\r\ntwo\n");
        let file = sources.get(file).unwrap();
        assert_eq!(file.line_count(), 3);
        assert_eq!(
            [file.line(1), file.line(2), file.line(3)],
            ["one", "two", ""]
        );
        assert_eq!(file.line(4), "");
    }

    #[test]
    fn merged_maps_share_the_files_that_are_the_same() {
        let mut all = SourceMap::new();
        let first = all.add("a", "text");
        let mut other = SourceMap::new();
        let (new, same) = (other.add("a", "other text"), other.add("a", "text"));
        let moved = all.merge(other);
        assert_eq!(same.moved(&moved), first);
        assert_eq!(&**all.get(new.moved(&moved)).unwrap().text(), "other text");
    }

    #[test]
    fn a_span_beyond_its_file_has_no_text() {
        let mut sources = SourceMap::new();
        let file = sources.add("a", "é");
        assert_eq!(sources.slice(Span::new(file, 0, 2)), Some("é"));
        assert_eq!(sources.slice(Span::new(file, 0, 1)), None);
        assert_eq!(sources.slice(Span::new(file, 0, 3)), None);
    }
}
