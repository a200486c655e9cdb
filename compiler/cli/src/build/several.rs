//! `oakc build` for several applications, or several cameras: what was built, for people and programs.

use std::path::PathBuf;

use oakc_core::CheckedGraph;
use oakc_diag::render::Page;
use oakc_diag::render::json::Report;
use oakc_pack::{Package, grouped};
use oakc_project::{Findings, Settings, make_directory};
use serde_json::{Value, json};

use super::naming::Naming;
use super::{Args, Built, write};
use crate::failure::Failure;
use crate::terminal::{self, Format, Terminal, result};

/// Packages, each with what it is for.
#[derive(Debug)]
pub(super) struct Several {
    /// What they are for, as programs read it.
    what: &'static str,
    built: Vec<(String, Package)>,
}

/// Builds the applications one after the other. All are checked before the first is written.
pub(super) fn run(args: &Args, files: &[PathBuf], terminal: &Terminal) -> Result<(), Failure> {
    let mut findings = Findings::default();
    let mut built = Several::of("file");
    let ended = build(args, files, &mut findings, &mut built, terminal);
    built.tell(args.format, &findings, ended)
}

fn build(
    args: &Args,
    files: &[PathBuf],
    findings: &mut Findings,
    built: &mut Several,
    terminal: &Terminal,
) -> Result<(), Failure> {
    let naming = Naming::of(args.output.as_deref(), true)?;
    let allowed = args.allowed(terminal)?;
    let settings = args.variation.settings(&allowed)?;
    let checked = check(files, settings, findings)?;
    args.tell_findings(findings, terminal)?;
    if findings.diagnostics.has_errors() {
        return Err(Failure::Reported);
    }
    let named = checked.iter().zip(files).map(|(checked, file)| {
        let name = naming.path(
            file,
            &checked.graph().config().app,
            args.variation.profile(),
        );
        (file.as_path(), name)
    });
    let named: Vec<_> = named.collect();
    Naming::refuse_collisions(&named)?;
    for (checked, (file, output)) in checked.iter().zip(&named) {
        if let Some(folder) = output.parent() {
            make_directory(folder)?;
        }
        let package = write(args, file, checked, output, terminal)?;
        built.add(file.display().to_string(), package);
    }
    Ok(())
}

fn check(
    files: &[PathBuf],
    settings: Settings<'_>,
    findings: &mut Findings,
) -> Result<Vec<CheckedGraph>, Failure> {
    let mut all = Vec::new();
    for file in files {
        let mut own = Findings::default();
        let checked = own.load(file, settings);
        findings.merge(own);
        all.extend(checked?);
    }
    Ok(all)
}

impl Several {
    /// None yet.
    pub(super) fn of(what: &'static str) -> Self {
        Self {
            what,
            built: Vec::new(),
        }
    }

    /// One more.
    pub(super) fn add(&mut self, name: String, package: Package) {
        self.built.push((name, package));
    }

    /// Tells what was built, in the asked form, and hands on how that ended.
    pub(super) fn tell(
        &self,
        format: Format,
        findings: &Findings,
        ended: Result<(), Failure>,
    ) -> Result<(), Failure> {
        match format {
            Format::Json => self.print_json(findings, ended.as_ref().err())?,
            Format::Human if !self.built.is_empty() => result(self.page())?,
            Format::Human | Format::Sarif | Format::Github => {}
        }
        ended
    }

    fn page(&self) -> Page {
        let names = self.built.iter().map(|(name, _)| name.chars().count());
        let width = names.max().unwrap_or(0);
        let line = |(name, package): &(String, Package)| {
            let path = package.path.display();
            let size = grouped(package.assembly.size());
            let sha256 = &package.digests.package;
            format!("{name:<width$}  {path}  {size} bytes  sha256 {sha256}")
        };
        self.built.iter().map(line).collect()
    }

    /// Prints everything in one object.
    fn print_json(&self, findings: &Findings, failure: Option<&Failure>) -> Result<(), Failure> {
        let packages = self.built.iter().map(|(name, package)| {
            let mut json = package.json();
            if let Value::Object(json) = &mut json {
                json.insert(self.what.to_owned(), json!(name));
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
}
