//! `oakc man`: a folder in, the manual pages of all commands in it out.

use std::path::PathBuf;

use clap::Command;
use oakc_project::{make_directory, write};

use crate::failure::Failure;
use crate::terminal::Terminal;

/// Write the manual pages of all commands: `oakc.1`, `oakc-build.1`, …
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The folder, e.g. ~/.local/share/man/man1.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

pub(crate) fn run(args: &Args, mut command: Command, terminal: &Terminal) -> Result<(), Failure> {
    make_directory(&args.folder)?;
    command.build();
    let mut count = 0;
    // A page for each command, and for those below it.
    let mut left = vec![command];
    while let Some(command) = left.pop() {
        let below = command
            .get_subcommands()
            .filter(|it| it.get_name() != "help");
        left.extend(below.cloned());
        let page = clap_mangen::Man::new(command);
        let mut text = Vec::new();
        page.render(&mut text).map_err(Failure::world)?;
        write(&args.folder.join(page.get_filename()), &text)?;
        count += 1;
    }
    terminal.progress(format_args!(
        "wrote {count} pages to {}",
        args.folder.display()
    ));
    Ok(())
}
