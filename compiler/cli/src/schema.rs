//! `oakc schema`: the JSON Schemas of what people write.

use oakc_deploy::fleet;
use oakc_desk::scenario;
use oakc_schema::{json_schema, settings_schema};

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

    /// Print that of `oakc.toml`, the settings of a repository, instead.
    #[arg(long, conflicts_with_all = ["fleet", "scenario"])]
    settings: bool,
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let schema = if args.fleet {
        fleet::json_schema()
    } else if args.scenario {
        scenario::json_schema()
    } else if args.settings {
        settings_schema()
    } else {
        json_schema()
    };
    json_text(&format!("{schema:#}"))
}
