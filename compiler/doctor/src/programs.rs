//! Programs of the system that tell something: a name and arguments in, what it wrote out. They are given little
//! time, get no input, and change nothing.

use std::io::ErrorKind;
use std::process::Command;
use std::time::Duration;

use oakc_subprocess::{End, Limits, run};

/// How long a program may take that only reads what the system knows.
pub(crate) const MOMENT: Duration = Duration::from_secs(3);

/// What a program has said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Said {
    /// It has done its work.
    Done(String),
    /// It has not: what it wrote instead.
    Failed(String),
    /// There is no such program.
    Absent,
}

impl Said {
    /// What it wrote, if it has done its work.
    pub(crate) fn done(self) -> Option<String> {
        match self {
            Self::Done(text) => Some(text),
            Self::Failed(_) | Self::Absent => None,
        }
    }
}

/// Runs a program. In the folders of the system's own programs, too, which are not on the path of every user.
pub(crate) fn ask(program: &str, arguments: &[&str], time: Duration) -> Said {
    for place in ["", "/usr/sbin/", "/sbin/"] {
        let mut command = Command::new(format!("{place}{program}"));
        command.args(arguments).env("LC_ALL", "C");
        let limits = Limits {
            time,
            progress: None,
        };
        match run(&mut command, limits) {
            Ok(ended) => {
                let text = String::from_utf8_lossy(&ended.stdout).into_owned();
                return match ended.end {
                    End::Exited(status) if status.success() => Said::Done(text),
                    _ => Said::Failed(text + &String::from_utf8_lossy(&ended.stderr)),
                };
            }
            Err(error) if error.kind() == ErrorKind::NotFound && cfg!(unix) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => return Said::Absent,
            Err(error) => return Said::Failed(error.to_string()),
        }
    }
    Said::Absent
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_fails_is_not_one_that_is_missing() {
        assert_eq!(
            ask("sh", &["-c", "echo a"], MOMENT),
            Said::Done("a\n".to_owned())
        );
        let failed = ask("sh", &["-c", "echo a; echo b >&2; exit 1"], MOMENT);
        assert_eq!(failed, Said::Failed("a\nb\n".to_owned()));
        assert_eq!(ask("oakc-no-such-program", &[], MOMENT), Said::Absent);
    }
}
