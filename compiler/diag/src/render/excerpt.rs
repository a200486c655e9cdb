//! What goes in: the labels of one diagnostic and the files they point into. What comes out: the
//! few lines worth showing, copied out, made printable and cut to the width, with the labels
//! moved to match, as one source that miette can draw.
//!
//! miette knows one source a diagnostic and prints lines whole. So the excerpt is a made-up
//! address space: each run of neighbouring lines of each file is a piece with its own range of
//! addresses, a gap between pieces keeps miette from joining them, and every piece answers with
//! its own file name and line numbers.

use std::collections::BTreeMap;

use miette::{LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use super::printable;
use crate::{FileId, Label, Position, SourceFile, SourceMap};

/// Lines shown before and after a marked line.
const CONTEXT: usize = 1;
/// A mark over more lines than this is shown on its first line only.
const MAX_MARKED_LINES: usize = 8;
/// Columns that the frame around the source takes, generously.
const FRAME: usize = 12;
/// Characters kept before the first mark of a line that is cut.
const LEAD: usize = 12;

/// Source lines and marks of one diagnostic, ready to draw.
#[derive(Debug)]
pub(super) struct Excerpt {
    pieces: Vec<Piece>,
    marks: Vec<Mark>,
}

/// Neighbouring lines of one file.
#[derive(Debug)]
struct Piece {
    file: String,
    /// Address of the first byte of `text`.
    base: usize,
    /// The lines as shown, each ended by a line feed.
    text: String,
    /// Line number of the first line, from 1.
    first_line: usize,
    lines: usize,
}

/// A label moved into the excerpt.
#[derive(Debug)]
struct Mark {
    start: usize,
    end: usize,
    message: String,
    primary: bool,
    /// Where the label starts in its file.
    origin: Position,
}

/// A label's place in its file, cut to what is shown.
struct Extent<'a> {
    label: &'a Label,
    start: Position,
    end: Position,
}

impl Excerpt {
    /// The excerpt for `labels`; those in unknown files are left out. Lines are cut to `width`
    /// columns less what the frame takes.
    pub(super) fn new(labels: &[Label], sources: &SourceMap, width: usize) -> Self {
        let mut excerpt = Self {
            pieces: Vec::new(),
            marks: Vec::new(),
        };
        let budget = width.saturating_sub(FRAME);
        for id in files(labels) {
            if let Some(file) = sources.get(id) {
                let labels = labels.iter().filter(|label| label.span.file == id);
                let extents: Vec<_> = labels.map(|label| Extent::new(label, file)).collect();
                excerpt.add_file(file, &extents, budget);
            }
        }
        excerpt
    }

    /// Whether there is nothing to show.
    pub(super) fn is_empty(&self) -> bool {
        self.marks.is_empty()
    }

    /// The labels in addresses of this source.
    pub(super) fn labels(&self) -> impl Iterator<Item = LabeledSpan> + '_ {
        self.marks.iter().map(|mark| {
            let message = (!mark.message.is_empty()).then(|| mark.message.clone());
            let span = (mark.start, mark.end.saturating_sub(mark.start));
            if mark.primary {
                LabeledSpan::new_primary_with_span(message, span)
            } else {
                LabeledSpan::new_with_span(message, span)
            }
        })
    }

    fn add_file(&mut self, file: &SourceFile, extents: &[Extent<'_>], budget: usize) {
        for (first, last) in line_runs(file, extents) {
            let base = self.next_base();
            let mut piece = Piece {
                file: printable::text(file.name()),
                base,
                text: String::new(),
                first_line: first,
                lines: 0,
            };
            let mut lines = BTreeMap::new();
            for number in first..=last {
                let line = ShownLine::new(file, number, extents, budget);
                let start = base.saturating_add(piece.text.len());
                piece.text.push_str(&line.text);
                piece.text.push('\n');
                piece.lines = piece.lines.saturating_add(1);
                lines.insert(number, (start, line));
            }
            let here = extents
                .iter()
                .filter(|e| (first..=last).contains(&e.start.line));
            self.marks
                .extend(here.filter_map(|extent| extent.mark(&lines)));
            self.pieces.push(piece);
        }
    }

    /// The first free address, with a gap that no span can cross.
    fn next_base(&self) -> usize {
        let end = |piece: &Piece| piece.base.saturating_add(piece.text.len());
        self.pieces
            .last()
            .map_or(0, |piece| end(piece).saturating_add(1))
    }
}

/// The files of the labels: that of the primary label first, then in order of appearance.
fn files(labels: &[Label]) -> Vec<FileId> {
    let primary = labels.iter().filter(|label| label.primary);
    let mut files = Vec::new();
    for label in primary.chain(labels) {
        if !files.contains(&label.span.file) {
            files.push(label.span.file);
        }
    }
    files
}

/// First and last line (from 1) of each run of lines to show, in order, none touching.
fn line_runs(file: &SourceFile, extents: &[Extent<'_>]) -> Vec<(usize, usize)> {
    let around = |extent: &Extent<'_>| {
        let first = extent.start.line.saturating_sub(CONTEXT).max(1);
        let last = extent.end.line.saturating_add(CONTEXT);
        (first, last.min(file.line_count()))
    };
    let mut wanted: Vec<(usize, usize)> = extents.iter().map(around).collect();
    wanted.sort_unstable();
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (first, last) in wanted {
        match runs.last_mut() {
            Some(run) if first <= run.1.saturating_add(1) => run.1 = run.1.max(last),
            _ => runs.push((first, last)),
        }
    }
    runs
}

impl<'a> Extent<'a> {
    fn new(label: &'a Label, file: &SourceFile) -> Self {
        let start = file.position(label.span.start);
        let mut end = file.position(label.span.end.max(label.span.start));
        if end.line > start.line && end.column == 1 {
            // The mark ends with a line break; nobody needs to see the line after it.
            end = line_end(file, end.line.saturating_sub(1));
        }
        if end.line.saturating_sub(start.line) >= MAX_MARKED_LINES {
            end = line_end(file, start.line);
        }
        Self { label, start, end }
    }

    /// The characters of line `number` that are marked, from 0; `None` if the line has none.
    fn columns(&self, number: usize, length: usize) -> Option<(usize, usize)> {
        if !(self.start.line..=self.end.line).contains(&number) {
            return None;
        }
        let start = (self.start.line == number).then(|| self.start.column.saturating_sub(1));
        let end = (self.end.line == number).then(|| self.end.column.saturating_sub(1));
        Some((start.unwrap_or(0), end.unwrap_or(length)))
    }

    fn mark(&self, lines: &BTreeMap<usize, (usize, ShownLine)>) -> Option<Mark> {
        let address = |position: Position| {
            let (start, line) = lines.get(&position.line)?;
            Some(start.saturating_add(line.offset(position.column.saturating_sub(1))))
        };
        Some(Mark {
            start: address(self.start)?,
            end: address(self.end)?,
            message: printable::text(&self.label.message),
            primary: self.label.primary,
            origin: self.start,
        })
    }
}

fn line_end(file: &SourceFile, line: usize) -> Position {
    Position {
        line,
        column: file.line(line).chars().count().saturating_add(1),
        // Only lines and columns matter from here on.
        offset: 0,
    }
}

/// A line made printable and cut.
#[derive(Debug)]
struct ShownLine {
    text: String,
    /// Number of the first character kept, from 0.
    first: usize,
    /// Offset in `text` of each kept character, and of what follows the last.
    offsets: Vec<usize>,
}

impl ShownLine {
    fn new(file: &SourceFile, number: usize, extents: &[Extent<'_>], budget: usize) -> Self {
        let line = file.line(number);
        let length = line.chars().count();
        let marked = extents
            .iter()
            .filter_map(|extent| extent.columns(number, length));
        let first = first_column(length, marked, budget);
        let mut shown = Self {
            text: String::new(),
            first,
            offsets: Vec::new(),
        };
        if first > 0 {
            shown.text.push('…');
        }
        for character in line.chars().skip(first).take(budget) {
            shown.offsets.push(shown.text.len());
            shown.text.push(printable::character(character));
        }
        shown.offsets.push(shown.text.len());
        if first.saturating_add(budget) < length {
            shown.text.push('…');
        }
        if shown.text.is_empty() {
            // miette draws nothing under an empty line; a mark there must be seen.
            shown.text.push(' ');
        }
        shown
    }

    /// Where character `column` (from 0) of the line stands in `text`, or the nearest shown one.
    fn offset(&self, column: usize) -> usize {
        let index = column.saturating_sub(self.first);
        let last = self.offsets.last().copied().unwrap_or_default();
        self.offsets.get(index).copied().unwrap_or(last)
    }
}

/// The first character to show of a line of `length`, so that its marks are in sight.
fn first_column(
    length: usize,
    marked: impl Iterator<Item = (usize, usize)>,
    budget: usize,
) -> usize {
    let union = marked.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
    match union {
        Some((start, end)) if length > budget && end > budget => start.saturating_sub(LEAD),
        _ => 0,
    }
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        lines_before: usize,
        lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let start = span.offset();
        let end = start.saturating_add(span.len());
        let holds = |piece: &&Piece| {
            piece.base <= start && end <= piece.base.saturating_add(piece.text.len())
        };
        let piece = self
            .pieces
            .iter()
            .find(holds)
            .ok_or(MietteError::OutOfBounds)?;
        // Without context miette asks for the place to name above the snippet; else it asks for
        // the lines to draw, and a piece holds just those.
        let origin = if lines_before == 0 && lines_after == 0 {
            let mark = self.marks.iter().find(|mark| mark.start == start);
            mark.map(|mark| mark.origin)
        } else {
            None
        };
        let line = origin.map_or(piece.first_line, |origin| origin.line);
        let column = origin.map_or(1, |origin| origin.column);
        Ok(Box::new(MietteSpanContents::new_named(
            piece.file.clone(),
            piece.text.as_bytes(),
            (piece.base, piece.text.len()).into(),
            line.saturating_sub(1),
            column.saturating_sub(1),
            piece.lines,
        )))
    }
}
