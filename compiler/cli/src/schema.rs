//! `oakc schema`: the JSON Schema of the configuration.

use oakc_schema::json_schema;

use crate::failure::Failure;
use crate::terminal::document;

/// Print the JSON Schema of the configuration.
#[derive(clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(_: &Args) -> Result<(), Failure> {
    document(&format!("{:#}", json_schema()))
}
