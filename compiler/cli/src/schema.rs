//! `oakc schema`: the JSON Schemas of what people write.

use oakc_deploy::fleet;
use oakc_schema::json_schema;

use crate::failure::Failure;
use crate::terminal::json_text;

/// Print the JSON Schema of the configuration.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Print that of fleet files instead.
    #[arg(long)]
    fleet: bool,
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let schema = if args.fleet {
        fleet::json_schema()
    } else {
        json_schema()
    };
    json_text(&format!("{schema:#}"))
}
