//! The line that a diagnostic is about, as a terminal shows it, and where the carets go beneath it.

use std::ops::Range;

use unicode_width::UnicodeWidthChar;

use crate::{Position, phrase::printable_char, position};

/// Columns of a terminal that a line may take; a longer one is shown around the carets.
const LINE_MAX_COLUMNS: usize = 100;
/// Columns that are kept before the carets where a line is cut.
const LEAD_MAX_COLUMNS: usize = 40;
/// Bytes of a line that are looked at on either side of where the carets begin: a document may be one line of megabytes.
const NEAR_MAX_BYTES: usize = 1_000;
/// A tab is shown as this.
const TAB: &str = "    ";
/// Stands for what was cut.
const CUT: &str = "…";

/// One line and a stretch of it, in columns of a terminal.
pub(crate) struct Excerpt {
    /// Where the stretch starts in the text.
    pub(crate) position: Position,
    /// The line, or a part of it.
    pub(crate) line: String,
    /// Columns before the carets.
    pub(crate) indent: usize,
    /// How many carets: at least one, none beyond the line.
    pub(crate) carets: usize,
}

/// A character as it is shown, and its columns.
struct Cell {
    shown: char,
    columns: usize,
    marked: bool,
}

/// Takes the line in which `span` starts.
pub(crate) fn excerpt(text: &str, span: &Range<usize>) -> Excerpt {
    let start = text.floor_char_boundary(span.start);
    let line_start = text.get(..start).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1);
    let rest = text.get(line_start..).unwrap_or_default();
    let line = rest.split('\n').next().unwrap_or_default().trim_end_matches('\r');
    let marks = start - line_start..span.end.max(start + 1) - line_start;
    let from = line.floor_char_boundary(marks.start.saturating_sub(NEAR_MAX_BYTES));
    let near = line.get(from..line.floor_char_boundary(marks.start + NEAR_MAX_BYTES)).unwrap_or_default();
    let cells: Vec<Cell> = near.char_indices().map(|(at, c)| cell(c, marks.contains(&(from + at)))).collect();
    let window = window(&cells);
    let shown = cells.get(window.clone()).unwrap_or_default();
    let before = if from + window.start > 0 { CUT } else { "" };
    let after = if window.end < cells.len() || from + near.len() < line.len() { CUT } else { "" };
    let unmarked = shown.iter().take_while(|cell| !cell.marked);
    Excerpt {
        position: position(text, start),
        line: format!("{before}{}{after}", shown.iter().map(show).collect::<String>()),
        indent: before.chars().count() + unmarked.map(|cell| cell.columns).sum::<usize>(),
        carets: shown.iter().filter(|cell| cell.marked).map(|cell| cell.columns).sum::<usize>().max(1),
    }
}

fn cell(c: char, marked: bool) -> Cell {
    let shown = if c == '\t' { c } else { printable_char(c) };
    let columns = if c == '\t' { TAB.len() } else { shown.width().unwrap_or(1) };
    Cell { shown, columns, marked }
}

fn show(cell: &Cell) -> String {
    if cell.shown == '\t' { TAB.into() } else { cell.shown.into() }
}

/// Which cells to show: all if they fit, else those around the first marked one.
fn window(cells: &[Cell]) -> Range<usize> {
    if columns(cells) <= LINE_MAX_COLUMNS {
        return 0..cells.len();
    }
    let marked = cells.iter().position(|cell| cell.marked).unwrap_or(cells.len());
    let lead = fitting(cells.iter().take(marked).rev(), LEAD_MAX_COLUMNS);
    let start = marked - lead;
    start..start + fitting(cells.iter().skip(start), LINE_MAX_COLUMNS)
}

fn columns(cells: &[Cell]) -> usize {
    cells.iter().map(|cell| cell.columns).sum()
}

/// How many cells from the front fit into so many columns.
fn fitting<'a>(cells: impl Iterator<Item = &'a Cell>, room: usize) -> usize {
    let mut taken = 0;
    let fits = |cell: &&Cell| {
        taken += cell.columns;
        taken <= room
    };
    cells.take_while(fits).count()
}
