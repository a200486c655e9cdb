//! The command-line options about an application: what it may read, what it is made into, and how it is
//! packaged; and about packages that are read.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use oakc_core::{Override, ParamsFile, Profile};
use oakc_pack::Options;
use oakc_project::{
    AllowedFolders, Checksums, Models, Needed, Settings, SettingsError, UserSettings, read_params,
};
use oakc_toolchain::Setup;

use crate::advice::{ALLOW_OUTSIDE, Advice};
use crate::failure::Failure;
use crate::firmware::cache;
use crate::model::Making;
use crate::terminal::{Format, Terminal};

/// Options for what an application may read.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct Access {
    /// Let the configuration name files below DIR, outside of its repository. Can be repeated.
    #[arg(long, value_name = "DIR")]
    allow_outside: Vec<PathBuf>,
}

impl Access {
    /// The folders that the command line and the user's settings allow, and who makes models.
    pub(crate) fn allowed(&self, terminal: &Terminal) -> Result<AllowedFolders, Failure> {
        self.with_models(terminal, |models| models)
    }

    /// The same, with what the compiler for models runs in.
    pub(crate) fn compiling(
        &self,
        terminal: &Terminal,
        setup: Setup,
    ) -> Result<AllowedFolders, Failure> {
        self.with_models(terminal, |models| models.with(setup))
    }

    /// The same, and scripts that make models run if the user agrees, or did so already. What is needed of the cache is noted.
    pub(crate) fn agreeing(
        &self,
        terminal: &Terminal,
        making: &Making,
        needed: Needed,
    ) -> Result<AllowedFolders, Failure> {
        let (asked, has_agreed) = (terminal.clone(), making.yes);
        let agree = move |lines: &[String]| {
            let page = lines.iter().map(String::as_str).collect();
            asked.notice_page(&page);
            has_agreed || (asked.can_ask() && asked.confirm("Run it?").unwrap_or(false))
        };
        let setup = making.tools.setup();
        self.with_models(terminal, |models| {
            models.with(setup).agreeing(agree).noting(needed)
        })
    }

    /// What is allowed, and models that are not made yet are not made.
    pub(crate) fn looking(&self, terminal: &Terminal) -> Result<AllowedFolders, Failure> {
        self.with_models(terminal, Models::looking)
    }

    fn with_models(
        &self,
        terminal: &Terminal,
        made: impl FnOnce(Models) -> Models,
    ) -> Result<AllowedFolders, Failure> {
        let allowed = self.folders(terminal)?;
        // Without a cache, there is nowhere to put a model.
        Ok(match models(terminal) {
            Some(models) => allowed.making(Arc::new(made(models))),
            None => allowed,
        })
    }

    fn folders(&self, terminal: &Terminal) -> Result<AllowedFolders, Failure> {
        let settings = match UserSettings::read(|name| std::env::var_os(name)) {
            Ok(settings) => settings,
            Err(SettingsError::Rejected(findings)) => {
                terminal.diagnostics(Format::Human, &findings)?;
                return Err(Failure::Reported);
            }
            Err(SettingsError::File(error)) => return Err(error.into()),
        };
        let allowed = AllowedFolders::new(&self.allow_outside, settings);
        let allowed =
            allowed.map_err(|error| Failure::Usage(format!("--allow-outside: {error}")))?;
        Ok(allowed.advising(ALLOW_OUTSIDE))
    }
}

/// Who makes models, in the user's cache; none, if there is no place for one.
fn models(terminal: &Terminal) -> Option<Models> {
    let cache = cache().ok()?;
    let terminal = terminal.clone();
    Some(Models::new(
        cache,
        move |step| terminal.progress(step),
        Advice::advice,
    ))
}

/// Options for what an application is made into.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct Variation {
    /// Apply this profile of the application.
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,

    /// A file (.toml, .yaml) with values for parameters of the application, one a key; a later file counts
    /// before an earlier one, and --set before all. Can be repeated.
    #[arg(long, value_name = "FILE")]
    params: Vec<PathBuf>,

    /// The texts of these files.
    #[arg(skip)]
    texts: OnceLock<Vec<ParamsFile>>,

    /// A value for a parameter of the application; it counts before those of a fleet.
    #[arg(long = "set", value_name = "NAME=VALUE")]
    overrides: Vec<Override>,
}

impl Variation {
    /// The same, with the files read again.
    pub(crate) fn again(&self) -> Self {
        Self {
            texts: OnceLock::new(),
            ..self.clone()
        }
    }

    /// The profile to apply.
    pub(crate) fn profile(&self) -> Option<&str> {
        self.profile.as_deref()
    }

    /// The files with values.
    pub(crate) fn files(&self) -> &[PathBuf] {
        &self.params
    }

    /// The same for the library, with what may be read.
    pub(crate) fn settings<'a>(
        &'a self,
        allowed: &'a AllowedFolders,
    ) -> Result<Settings<'a>, Failure> {
        if self.texts.get().is_none() {
            let texts = self.params.iter().map(|path| read_params(path));
            let texts = texts.collect::<Result<Vec<_>, _>>()?;
            self.texts.get_or_init(|| texts);
        }
        let params = self.texts.get().map_or(&[][..], Vec::as_slice);
        let profile = self.profile.as_deref().map(Profile::named);
        let settings = Settings::of(&self.overrides, allowed);
        Ok(settings.with_profile(profile).with_params(params))
    }
}

/// Options for packages that are read.
#[derive(clap::Args, Clone, Copy, Debug)]
pub(crate) struct Reading {
    /// Also read a package whose checksums are wrong: a damaged one, or one that somebody edited.
    #[arg(long)]
    ignore_checksums: bool,
}

impl Reading {
    /// The same for the library.
    pub(crate) fn checksums(self) -> Checksums {
        if self.ignore_checksums {
            Checksums::Ignore
        } else {
            Checksums::Verify
        }
    }
}

/// Options for packaging.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct Packaging {
    /// Compress the firmware: 10.7 MB instead of 28.5 MB, at the cost of a slower boot.
    #[arg(long)]
    compress: bool,

    /// Let the bootloader check the firmware's checksum at every boot.
    #[arg(long)]
    checksum: bool,

    /// Package this firmware image instead of the release's own.
    #[arg(long, value_name = "FILE.cmd")]
    firmware: Option<PathBuf>,
}

impl Packaging {
    /// The firmware image that was named, if one was.
    pub(crate) fn firmware(&self) -> Option<&Path> {
        self.firmware.as_deref()
    }

    /// The same for the library.
    pub(crate) fn options(&self) -> Options {
        Options {
            compress: self.compress,
            check_checksum: self.checksum,
            firmware: self.firmware.clone(),
        }
    }
}
