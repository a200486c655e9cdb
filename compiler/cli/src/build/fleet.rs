//! `oakc build --fleet`: a package for each camera of a fleet.

use std::path::Path;

use oakc_deploy::{Fleet, Parameters, Sets};
use oakc_project::{Findings, file_name, make_directory, plain};

use super::several::Several;
use super::{Args, write};
use crate::failure::Failure;
use crate::terminal::Terminal;

pub(super) fn run(
    args: &Args,
    file: &Path,
    fleet: &Path,
    terminal: &Terminal,
) -> Result<(), Failure> {
    let mut findings = Findings::default();
    let mut built = Several::of("camera");
    let ended = build(args, file, fleet, &mut findings, &mut built, terminal);
    built.tell(args.format, &findings, ended)
}

/// Builds the packages one after the other. All are checked before the first is written.
fn build(
    args: &Args,
    file: &Path,
    fleet: &Path,
    findings: &mut Findings,
    built: &mut Several,
    terminal: &Terminal,
) -> Result<(), Failure> {
    let allowed = args.allowed(terminal)?;
    let fleet = Fleet::open(fleet, findings)?;
    let sets = match &fleet {
        Some(fleet) => {
            let parameters = Parameters::of_each(fleet, &fleet.members);
            let settings = args.variation.settings(&allowed)?;
            Sets::check(file, settings, &parameters)?
        }
        None => Sets::default(),
    };
    let (checked, of) = (sets.checked, sets.of);
    findings.merge(sets.findings);
    args.tell_findings(findings, terminal)?;
    if findings.diagnostics.has_errors() {
        return Err(Failure::Reported);
    }
    let directory = args.output.as_deref().unwrap_or(Path::new("."));
    make_directory(directory)?;
    let members = fleet.map(|fleet| fleet.members).unwrap_or_default();
    for (member, set) in members.into_iter().zip(of) {
        if let Some(Some(checked)) = checked.get(set) {
            let output = plain(&directory.join(format!("{}.dap", file_name(&member.name))));
            let package = write(args, file, checked, &output, terminal)?;
            built.add(member.name, package);
        }
    }
    Ok(())
}
