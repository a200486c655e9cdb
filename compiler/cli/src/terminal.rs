//! What goes to the user: results on stdout, everything else on stderr.

use std::io::{self, IsTerminal, Write};

use oakc_diag::render::{self, HumanOptions};
use oakc_project::Findings;

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
    quiet: bool,
}

impl Terminal {
    pub(crate) fn new(color: Color, quiet: bool) -> Self {
        let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let color = match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => !no_color && io::stderr().is_terminal(),
        };
        Self { color, quiet }
    }

    /// A line about progress.
    pub(crate) fn progress(&self, text: impl std::fmt::Display) {
        if !self.quiet {
            stderr(&format!("{text}\n"));
        }
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
        let answer = self.ask(&format!("{question} [y/N] "))?;
        Ok(matches!(answer.to_lowercase().as_str(), "y" | "yes"))
    }

    /// States the consequences, and asks for a word.
    pub(crate) fn confirm_by_word(&self, what: &str, word: &str) -> Result<bool, Failure> {
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
        if self.color {
            self.progress(format!("\x1b[33;1mwarning:\x1b[0m {text}"));
        } else {
            self.progress(format!("warning: {text}"));
        }
    }

    /// Why the command failed.
    pub(crate) fn error(&self, text: &str) {
        if self.color {
            stderr(&format!("\x1b[31;1merror:\x1b[0m {text}\n"));
        } else {
            stderr(&format!("error: {text}\n"));
        }
    }

    /// What to do about an error that was just told.
    #[expect(clippy::unused_self, reason = "the terminal is who tells")]
    pub(crate) fn help(&self, text: &str) {
        stderr(&format!("  help: {text}\n"));
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
                    width: width(),
                };
                stderr(&render::human(diagnostics, sources, options));
                return Ok(());
            }
            Format::Json => render::json(diagnostics, sources),
            Format::Sarif => render::sarif(diagnostics, sources),
            Format::Github => render::github(diagnostics, sources),
        };
        result(text.trim_end_matches('\n'))
    }
}

/// Says something on stderr. Where stderr is closed or full, there is no place left to say so.
fn stderr(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Columns to wrap at: those of the terminal where the shell says, else a readable line.
fn width() -> usize {
    let columns = std::env::var("COLUMNS").ok();
    columns.and_then(|text| text.parse().ok()).unwrap_or(100)
}

/// Prints a result and a line end on stdout. A reader that went away (`oakc inspect … | head`) is
/// not a failure worth reporting.
pub(crate) fn result(text: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    let written = stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.write_all(b"\n"))
        .and_then(|()| stdout.flush());
    match written {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(Failure::world(format!("cannot write to stdout: {error}"))),
    }
}
