//! `oakc schema`: the JSON Schemas of what people write.

use oakc_deploy::fleet;
use oakc_desk::scenario;
use oakc_schema::json_schema;

use crate::failure::Failure;
use crate::terminal::json_text;

/// Print the JSON Schema of the configuration.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Print that of fleet files instead.
    #[arg(long)]
    fleet: bool,

    /// Print that of scenarios, which `oakc test` plays, instead.
    #[arg(long, conflicts_with = "fleet")]
    scenario: bool,
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let schema = if args.fleet {
        fleet::json_schema()
    } else if args.scenario {
        scenario::json_schema()
    } else {
        json_schema()
    };
    json_text(&format!("{schema:#}"))
}
