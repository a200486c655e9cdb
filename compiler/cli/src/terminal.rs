//! What goes to the user: results on stdout, everything else on stderr.
//!
//! In: pages, lines and values to print. Out: their text. Never: a control sequence, or a command
//! to a build server, that came from a file, a package, a camera or the command line: this is the
//! only place where text leaves the program, and what leaves is made printable here.

#![expect(
    clippy::disallowed_methods,
    reason = "this is where text leaves the program"
)]

pub(crate) mod bars;

use std::fmt::Display;
use std::io::{self, IsTerminal, Write};

use oakc_desk::observation::Level;
use oakc_diag::render::{self, HumanOptions, Page, printable};
use oakc_project::Findings;
use serde::Serialize;
use terminal_size::{Height, Width, terminal_size_of};

use crate::failure::Failure;

/// When to use colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// How diagnostics are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// For people, on stderr.
    Human,
    /// One JSON object on stdout.
    Json,
    /// SARIF 2.1.0 on stdout.
    Sarif,
    /// GitHub workflow annotations on stdout.
    Github,
}

/// How results are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum ResultFormat {
    /// For people.
    Human,
    /// One JSON object.
    Json,
}

/// The user's side.
#[derive(Clone, Debug)]
pub(crate) struct Terminal {
    color: bool,
    /// Whether results on stdout have colours.
    color_results: bool,
    quiet: bool,
}

impl Terminal {
    pub(crate) fn new(color: Color, quiet: bool) -> Self {
        let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        // Older consoles of Windows have to be asked to, and some refuse; elsewhere there is no answer.
        let refused = anstyle_query::windows::enable_ansi_colors() == Some(false);
        let has_colors = |is_terminal| match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => !no_color && !is_dumb() && !refused && is_terminal,
        };
        Self {
            color: has_colors(io::stderr().is_terminal()),
            color_results: has_colors(io::stdout().is_terminal()),
            quiet,
        }
    }

    /// Whether results on stdout have colours.
    pub(crate) fn colors_results(&self) -> bool {
        self.color_results
    }

    /// A line about progress.
    pub(crate) fn progress(&self, text: impl Display) {
        if !self.quiet {
            message("", &text.to_string());
        }
    }

    /// A JSON object about progress, on a line of its own.
    pub(crate) fn progress_json(&self, object: &serde_json::Value) {
        if !self.quiet {
            stderr(&format!("{}\n", printable::json(&object.to_string())));
        }
    }

    /// Several lines about progress.
    pub(crate) fn progress_page(&self, page: &Page) {
        if !self.quiet {
            stderr(page.as_str());
        }
    }

    /// Whether bars can be drawn.
    #[expect(clippy::unused_self, reason = "the terminal is who knows")]
    pub(crate) fn has_bars(&self) -> bool {
        io::stderr().is_terminal() && !is_dumb()
    }

    /// A line that nobody may miss: it is printed also where no progress is wanted.
    #[expect(clippy::unused_self, reason = "the terminal is where it goes")]
    pub(crate) fn notice(&self, text: impl Display) {
        message("", &text.to_string());
    }

    /// Several lines that nobody may miss.
    #[expect(clippy::unused_self, reason = "the terminal is where they go")]
    pub(crate) fn notice_page(&self, page: &Page) {
        stderr(page.as_str());
    }

    /// Whether only errors and results are wanted.
    pub(crate) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Whether there is somebody to ask.
    #[expect(clippy::unused_self, reason = "the terminal is who knows")]
    pub(crate) fn can_ask(&self) -> bool {
        io::stdin().is_terminal() && io::stderr().is_terminal()
    }

    /// Asks a question; anything but yes means no.
    pub(crate) fn confirm(&self, question: &str) -> Result<bool, Failure> {
        let answer = self.ask(&format!("{} [y/N] ", printable::block(question)))?;
        Ok(matches!(answer.to_lowercase().as_str(), "y" | "yes"))
    }

    /// States the consequences, and asks for a word.
    pub(crate) fn confirm_by_word(&self, what: &str, word: &str) -> Result<bool, Failure> {
        let what = printable::block(what);
        Ok(self.ask(&format!("{what}.\nType `{word}` to do it: "))? == word)
    }

    #[expect(clippy::unused_self, reason = "the terminal is who asks")]
    fn ask(&self, question: &str) -> Result<String, Failure> {
        stderr(question);
        let mut answer = String::new();
        io::stdin().read_line(&mut answer).map_err(Failure::world)?;
        Ok(answer.trim().to_owned())
    }

    /// A problem that does not stop the command.
    pub(crate) fn warning(&self, text: &str) {
        if !self.quiet {
            message(self.painted("warning:", "\x1b[33;1mwarning:\x1b[0m"), text);
        }
    }

    /// Why the command failed.
    pub(crate) fn error(&self, text: &str) {
        message(self.painted("error:", "\x1b[31;1merror:\x1b[0m"), text);
    }

    /// What to do about an error that was just told.
    #[expect(clippy::unused_self, reason = "the terminal is who tells")]
    pub(crate) fn help(&self, text: &str) {
        message("  help:", text);
    }

    fn painted(&self, plain: &'static str, painted: &'static str) -> &'static str {
        if self.color { painted } else { plain }
    }

    /// Diagnostics in the asked form.
    pub(crate) fn diagnostics(&self, format: Format, findings: &Findings) -> Result<(), Failure> {
        let Findings {
            sources,
            diagnostics,
        } = findings;
        let text = match format {
            Format::Human => {
                let options = HumanOptions {
                    color: self.color,
                    columns: columns(),
                };
                stderr(&render::human(diagnostics, sources, options));
                return Ok(());
            }
            Format::Json => render::json(diagnostics, sources),
            Format::Sarif => render::sarif(diagnostics, sources),
            Format::Github => render::github(diagnostics, sources),
        };
        stdout(&text)
    }
}

/// Says something on stderr, after a word about what it is.
fn message(word: &str, text: &str) {
    let space = if word.is_empty() { "" } else { " " };
    stderr(&format!("{word}{space}{}\n", printable::block(text)));
}

/// Why the command line cannot be read.
pub(crate) fn usage(text: &str) {
    stderr(&printable::text(text));
}

/// Writes text that is printable. Where stderr is closed or full, there is no place left to say so.
fn stderr(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// A terminal without control sequences, of an editor or an old machine.
fn is_dumb() -> bool {
    std::env::var_os("TERM").is_some_and(|term| term == "dumb")
}

/// The columns of the terminal: what the shell says, else what the system says.
fn columns() -> Option<usize> {
    let said = std::env::var("COLUMNS").ok();
    if let Some(columns) = said.and_then(|text| text.parse().ok()) {
        return Some(columns);
    }
    size().map(|(columns, _)| columns)
}

/// The columns and rows of the terminal, where stderr is one.
fn size() -> Option<(usize, usize)> {
    let (Width(columns), Height(rows)) = terminal_size_of(io::stderr())?;
    Some((columns.into(), rows.into()))
}

/// Prints a result for people on stdout.
pub(crate) fn result(page: impl Into<Page>) -> Result<(), Failure> {
    stdout(page.into().as_str())
}

/// Prints a line of a script's log on stdout; its level in colour.
pub(crate) fn log_line(
    terminal: &Terminal,
    level: Level,
    node: &str,
    text: &str,
) -> Result<(), Failure> {
    let colour = match level {
        Level::Trace | Level::Debug => "\x1b[2m",
        Level::Info => "\x1b[36m",
        Level::Warn => "\x1b[33m",
        Level::Error | Level::Critical => "\x1b[31;1m",
    };
    let text = printable::block(text);
    let said = format!("{}: {text}\n", printable::block(node));
    let level = level.name();
    if terminal.color {
        stdout(&format!("{colour}{level:<5}\x1b[0m {said}"))
    } else {
        stdout(&format!("{level:<5} {said}"))
    }
}

/// Prints a result for programs on stdout, as JSON on one line.
pub(crate) fn json(value: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string(value).map_err(Failure::world)?;
    json_text(&text)
}

/// Prints a result that is JSON already on stdout.
pub(crate) fn json_text(json: &str) -> Result<(), Failure> {
    stdout(&format!("{}\n", printable::json(json)))
}

/// Prints a document in a language of its own on stdout.
pub(crate) fn document(text: &str) -> Result<(), Failure> {
    stdout(&printable::text(text))
}

/// How much of a stream of results is held back until it is flushed, in bytes.
const HELD_BACK: usize = 64 << 10;

/// Results that come one after the other, for as long as anybody reads them.
#[derive(Debug, Default)]
pub(crate) struct Stream {
    held: String,
    is_closed: bool,
}

impl Stream {
    /// Adds lines for people.
    pub(crate) fn page(&mut self, page: &Page) -> Result<(), Failure> {
        self.add(page.as_str())
    }

    /// Adds a value for programs, as JSON on one line.
    pub(crate) fn json(&mut self, value: &serde_json::Value) -> Result<(), Failure> {
        self.add(&format!("{}\n", printable::json(&value.to_string())))
    }

    fn add(&mut self, text: &str) -> Result<(), Failure> {
        self.held.push_str(text);
        if self.held.len() < HELD_BACK {
            return Ok(());
        }
        self.flush()
    }

    /// Writes what is held back.
    pub(crate) fn flush(&mut self) -> Result<(), Failure> {
        let text = std::mem::take(&mut self.held);
        if text.is_empty() || self.is_closed {
            return Ok(());
        }
        self.is_closed = !is_read(&text)?;
        Ok(())
    }

    /// Whether whoever read stdout is gone.
    pub(crate) fn is_closed(&self) -> bool {
        self.is_closed
    }
}

/// Writes text that is printable. A reader that went away (`oakc inspect … | head`) is not a failure
/// worth reporting.
fn stdout(text: &str) -> Result<(), Failure> {
    is_read(text).map(drop)
}

/// The same; whether there is still somebody who reads it.
fn is_read(text: &str) -> Result<bool, Failure> {
    let mut stdout = io::stdout().lock();
    let written = stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush());
    match written {
        Ok(()) => Ok(true),
        Err(error) if is_of_a_closed_pipe(&error) => Ok(false),
        Err(error) => Err(Failure::world(format!("cannot write to stdout: {error}"))),
    }
}

/// Windows has another error for a pipe whose reader has hung up, which has no kind.
fn is_of_a_closed_pipe(error: &io::Error) -> bool {
    const ERROR_PIPE_NOT_CONNECTED: i32 = 233;
    error.kind() == io::ErrorKind::BrokenPipe
        || cfg!(windows) && error.raw_os_error() == Some(ERROR_PIPE_NOT_CONNECTED)
}
