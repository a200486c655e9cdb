//! The lines of source that a diagnostic shows.
//!
//! In: the labels of one diagnostic and the files that they point into. Out: the few lines worth showing,
//! copied, made printable and cut to the width, with the labels moved accordingly, as one source that
//! miette can draw. Never: work or output that grows with the length of a line.
//!
//! miette has one source for each diagnostic and prints whole lines. So the excerpt is an address space
//! of its own: each run of neighbouring lines of a file is a piece with its own range of addresses, a gap
//! between pieces keeps miette from joining them, and every piece has its own file name and line
//! numbers.

use std::collections::BTreeMap;

use miette::{LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use super::printable;
use crate::{FileId, Label, Position, SourceFile, SourceMap};

/// Lines shown before and after a marked line.
const CONTEXT: usize = 1;
/// A mark over more lines than this is shown on its first line only.
const MAX_MARKED_LINES: usize = 8;
/// Columns that the frame around the source takes at most.
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

/// The part of a label that is shown.
struct Extent<'a> {
    label: &'a Label,
    start: Position,
    end: MarkEnd,
}

/// Where a mark ends.
#[derive(Clone, Copy)]
struct MarkEnd {
    /// The line, from 1.
    line: usize,
    /// Bytes from the start of the file.
    offset: usize,
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
        let end = file.position(label.span.end.max(label.span.start));
        let mut end = if end.line > start.line && end.column == 1 {
            // The mark ends with a line break; nobody needs to see the line after it.
            line_end(file, end.line.saturating_sub(1))
        } else {
            MarkEnd {
                line: end.line,
                offset: end.offset,
            }
        };
        if end.line.saturating_sub(start.line) >= MAX_MARKED_LINES {
            end = line_end(file, start.line);
        }
        Self { label, start, end }
    }

    /// The bytes of line `number` that are marked, from its start; `None` if the line has none.
    fn within(&self, number: usize, file: &SourceFile) -> Option<(usize, usize)> {
        if !(self.start.line..=self.end.line).contains(&number) {
            return None;
        }
        let offset = |offset: usize| offset.saturating_sub(file.line_start(number));
        let start = (self.start.line == number).then(|| offset(self.start.offset));
        let end = (self.end.line == number).then(|| offset(self.end.offset));
        let length = file.line(number).len();
        let end = end.unwrap_or(length).min(length);
        Some((start.unwrap_or(0).min(end), end))
    }

    fn mark(&self, lines: &BTreeMap<usize, (usize, ShownLine)>) -> Option<Mark> {
        let address = |line: usize, offset: usize| {
            let (start, line) = lines.get(&line)?;
            Some(start.saturating_add(line.address(offset)))
        };
        Some(Mark {
            start: address(self.start.line, self.start.offset)?,
            end: address(self.end.line, self.end.offset)?,
            message: printable::text(&self.label.message),
            primary: self.label.primary,
            origin: self.start,
        })
    }
}

fn line_end(file: &SourceFile, line: usize) -> MarkEnd {
    let length = file.line(line).len();
    MarkEnd {
        line,
        offset: file.line_start(line).saturating_add(length),
    }
}

/// A line made printable and cut.
#[derive(Debug)]
struct ShownLine {
    text: String,
    /// The offsets of each character in the file and in `text`, and those of what follows the last.
    kept: Vec<(usize, usize)>,
}

impl ShownLine {
    /// Reads only what is shown of the line, however long that is.
    fn new(file: &SourceFile, number: usize, extents: &[Extent<'_>], budget: usize) -> Self {
        let line = file.shown_line(number);
        let marked = extents
            .iter()
            .filter_map(|extent| extent.within(number, file));
        let first = first_shown(line, marked, budget);
        let rest = line.get(first..).unwrap_or_default();
        let end = rest.char_indices().nth(budget).map(|(end, _)| end);
        let shown = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
        let start = file.line_start(number).saturating_add(first);
        let (mut text, mut kept) = (String::new(), Vec::new());
        if first > 0 {
            text.push('…');
        }
        for (offset, character) in shown.char_indices() {
            kept.push((start.saturating_add(offset), text.len()));
            text.push(printable::character(character));
        }
        kept.push((start.saturating_add(shown.len()), text.len()));
        if end.is_some() {
            text.push('…');
        }
        if text.is_empty() {
            // miette draws nothing under an empty line, but a mark there must be visible.
            text.push(' ');
        }
        Self { text, kept }
    }

    /// Where byte `offset` of the file is in `text`, or the nearest one that is shown.
    fn address(&self, offset: usize) -> usize {
        let index = self.kept.partition_point(|(at, _)| *at < offset);
        let kept = self.kept.get(index).or(self.kept.last());
        kept.map(|(_, address)| *address).unwrap_or_default()
    }
}

/// The first byte to show of a line, so that its marks are visible; these count from its start.
fn first_shown(line: &str, marked: impl Iterator<Item = (usize, usize)>, budget: usize) -> usize {
    let union = marked.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
    let Some((cut, _)) = line.char_indices().nth(budget) else {
        return 0;
    };
    match union {
        Some((start, end)) if end > cut => {
            let before = line.get(..start).unwrap_or_default();
            let lead = before.char_indices().rev().take(LEAD).last();
            lead.map_or(start, |(lead, _)| lead)
        }
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
        // Without context, miette asks for the position to name above the snippet, otherwise for the
        // lines to draw, and a piece consists of just those.
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
