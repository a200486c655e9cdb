//! The table of nodes in docs/simulation.md: what the desk does in place of each kind. The rest of the page is written by hand.

use std::fmt::Write as _;
use std::io;
use std::path::Path;

use oakc_desk::kinds::{OnTheDesk, on_the_desk};
use oakc_runtime_schema::nodes::Kind;

use super::cell;

const PAGE: &str = "docs/simulation.md";
const BEGIN: &str = "<!-- Made by `cargo xtask gen` from compiler/desk/src/kinds.rs, as far as the end of the table. -->\n";

/// The page with the table as it is now.
///
/// # Errors
/// If the page cannot be read, or has no place for the table.
pub(super) fn page(root: &Path) -> io::Result<String> {
    let page = std::fs::read_to_string(root.join(PAGE))?.replace("\r\n", "\n");
    let missing = || io::Error::other(format!("{PAGE} has no line {BEGIN:?}"));
    let (before, after) = page.split_once(BEGIN).ok_or_else(missing)?;
    let is_row = |line: &&str| line.starts_with('|');
    let rows: usize = after
        .split_inclusive('\n')
        .take_while(is_row)
        .map(str::len)
        .sum();
    let (_, after) = after.split_at(rows);
    Ok(format!("{before}{BEGIN}{}{after}", table()))
}

fn table() -> String {
    let mut table =
        "| node | | agrees with | how it differs from the device |\n|---|---|---|---|\n".to_owned();
    for kind in Kind::ALL.iter().copied() {
        let OnTheDesk {
            how,
            fed,
            except,
            agrees,
            differs,
        } = on_the_desk(kind);
        let mut does = how.text().to_owned();
        for output in fed {
            _ = write!(does, "; `{output}` is fed");
        }
        if !except.is_empty() {
            _ = write!(does, "; {except} is fed");
        }
        let (agrees, differs) = (cell(agrees), cell(differs));
        _ = writeln!(table, "| {} | {does} | {agrees} | {differs} |", kind.name());
    }
    table
}
