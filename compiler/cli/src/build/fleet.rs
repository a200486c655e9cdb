//! `oakc build --fleet`: a package for each camera of a fleet.

use std::path::Path;

use oakc_deploy::{Fleet, Member, Parameters, Sets};
use oakc_diag::render::Page;
use oakc_diag::render::json::Report;
use oakc_pack::{Package, grouped};
use oakc_project::{Findings, file_name, make_directory};
use serde_json::{Value, json};

use super::{Args, Built, write};
use crate::failure::Failure;
use crate::terminal::{self, Format, Terminal, result};

/// A camera, and the package for it.
type ForCamera = (Member, Package);

pub(super) fn run(args: &Args, fleet: &Path, terminal: &Terminal) -> Result<(), Failure> {
    let mut findings = Findings::default();
    let mut built = Vec::new();
    let ended = build(args, fleet, &mut findings, &mut built, terminal);
    match args.format {
        Format::Json => tell(&findings, &built, ended.as_ref().err())?,
        Format::Human if !built.is_empty() => result(page(&built))?,
        Format::Human | Format::Sarif | Format::Github => {}
    }
    ended
}

/// Builds the packages one after the other. All are checked before the first is written.
fn build(
    args: &Args,
    fleet: &Path,
    findings: &mut Findings,
    built: &mut Vec<ForCamera>,
    terminal: &Terminal,
) -> Result<(), Failure> {
    let allowed = args.access.allowed(terminal)?;
    let fleet = Fleet::open(fleet, findings)?;
    let sets = match &fleet {
        Some(fleet) => {
            let parameters = Parameters::of_each(fleet, &fleet.members);
            let settings = args.variation.settings(&allowed)?;
            Sets::check(&args.file, settings, &parameters)?
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
            let output = directory.join(format!("{}.dap", file_name(&member.name)));
            built.push((member, write(args, checked, &output, terminal)?));
        }
    }
    Ok(())
}

fn page(built: &[ForCamera]) -> Page {
    let names = built.iter().map(|(member, _)| member.name.chars().count());
    let width = names.max().unwrap_or(0);
    let line = |(member, package): &ForCamera| {
        let (name, path) = (&member.name, package.path.display());
        let size = grouped(package.assembly.size());
        let sha256 = &package.digests.package;
        format!("{name:<width$}  {path}  {size} bytes  sha256 {sha256}")
    };
    built.iter().map(line).collect()
}

/// Prints everything in one object.
fn tell(
    findings: &Findings,
    built: &[ForCamera],
    failure: Option<&Failure>,
) -> Result<(), Failure> {
    let packages = built.iter().map(|(member, package)| {
        let mut json = package.json();
        if let Value::Object(json) = &mut json {
            json.insert("camera".to_owned(), json!(member.name));
        }
        json
    });
    let error = failure.map(Failure::text).filter(|text| !text.is_empty());
    terminal::json(&Built {
        report: Report::new(&findings.diagnostics, &findings.sources),
        package: None,
        packages: Some(packages.collect()),
        error,
    })
}
