//! `oakc.lock`: what decides about the bytes of a package, by SHA-256: the configuration with everything
//! written in it, the firmware and how it is packaged, and every file that an application names.
//!
//! A build writes it beside the configuration, as cargo writes its own; `--locked` compares
//! instead and fails on any difference, so that CI notices a script, a model or a firmware that
//! changed without anybody saying so. One file serves all configurations of a directory. Values that are
//! given from outside are not in it, so that it serves every site; the manifest has them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use oakc_core::config::{Config, MadeModel};
use oakc_digest::{Sha256, sha256};
use oakc_project::{FileError, Limit, Output, plain, read_plain};
use serde::{Deserialize, Serialize};

use crate::build::Options;
use crate::firmware::StoredFirmware;

const NAME: &str = "oakc.lock";
const HEAD: &str = "# Written by `oakc build`. Commit it; `oakc build --locked` fails when \
                    anything pinned here changes.\n\n";

/// What one application is made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    /// The configuration with all that it builds on, without comments, layout and lint levels; empty in a
    /// file of an earlier oakc.
    #[serde(default)]
    pub configuration: String,
    /// The profile that was chosen. It is part of the name in the lock file.
    #[serde(skip)]
    pub profile: Option<String>,
    /// Whether the firmware is compressed.
    #[serde(default)]
    pub compressed: bool,
    /// Whether the bootloader checks the firmware at every boot.
    #[serde(default)]
    pub checksum: bool,
    /// The firmware.
    pub firmware: PinnedFirmware,
    /// The files that the configuration builds on, its bases and the settings of the repository, each with
    /// the digest of what it says: without comments, layout and lint levels.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub extends: BTreeMap<String, String>,
    /// Files by their path as written, each with its SHA-256.
    #[serde(default)]
    pub inputs: BTreeMap<String, String>,
    /// The models that were compiled or fetched, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub models: BTreeMap<String, PinnedModel>,
}

/// A model that was compiled or fetched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PinnedModel {
    /// The file, or the package, that it comes from.
    pub from: String,
    /// The compiler and its version, if it was compiled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool: Option<String>,
    /// How it was compiled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settings: Option<String>,
    /// The SHA-256 of the result.
    pub sha256: String,
    /// The files that its script wrote for the compiler, each with its SHA-256.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub prepared: BTreeMap<String, String>,
}

impl From<&MadeModel> for PinnedModel {
    fn from(made: &MadeModel) -> Self {
        Self {
            from: made.from.clone(),
            tool: made.tool.clone(),
            settings: made.settings.clone(),
            sha256: made.sha256.clone(),
            prepared: made.prepared.clone(),
        }
    }
}

/// The firmware an application is packaged with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PinnedFirmware {
    /// The release that it is of.
    pub release: String,
    /// Which of its images, or `custom`.
    pub variant: String,
    /// The SHA-256 of the image.
    pub sha256: String,
}

/// The file: locks by the name of the configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LockFile {
    #[serde(default)]
    application: BTreeMap<String, Lock>,
}

/// Why the lock file keeps an application from being built.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LockError {
    /// It does not name the application, or there is none.
    #[error("{path}: it pins nothing for this application", path = .0.display())]
    NotPinned(PathBuf),
    /// What it pins is not what is there.
    #[error("{path}: the lock does not match:\n{differences}", path = path.display(), differences = differences.join("\n"))]
    Differs {
        /// The lock file.
        path: PathBuf,
        /// A line for each difference.
        differences: Vec<String>,
    },
    /// Something else is in the file.
    #[error("{path}: this is not a lock file of oakc ({reason})", path = path.display())]
    Broken {
        /// The lock file.
        path: PathBuf,
        /// Where reading it failed.
        reason: String,
    },
    /// It cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// It cannot be written.
    #[error(transparent)]
    Unwritable(FileError),
}

impl Lock {
    /// What the application is made of now.
    pub fn of(config: &Config, firmware: &StoredFirmware, options: &Options) -> Self {
        let image = &firmware.image;
        let pin = |(path, bytes): (&String, &std::sync::Arc<[u8]>)| (path.clone(), sha256(bytes));
        let shared = config.parts.shared();
        let shared = shared.map(|file| (file.path.clone(), file.written_sha256.clone()));
        Self {
            configuration: config.written_sha256.clone(),
            profile: config.parts.profile.clone(),
            extends: shared.collect(),
            compressed: firmware.compressed.is_some(),
            checksum: options.check_checksum,
            firmware: PinnedFirmware {
                release: image.release_version().to_owned(),
                variant: image.variant().map_or("custom", |v| v.name()).to_owned(),
                sha256: image.sha256().to_owned(),
            },
            inputs: config.files.iter().map(pin).collect(),
            models: (config.made.iter())
                .map(|(name, made)| (name.clone(), made.into()))
                .collect(),
        }
    }

    /// A digest of everything that goes into the package of this application, which is locked by this: equal
    /// builds have the same.
    pub(crate) fn build_id(&self, config: &Config) -> String {
        let mut hash = Sha256::new();
        let firmware = &self.firmware;
        let fixed = [
            env!("CARGO_PKG_VERSION"),
            &config.sha256(),
            self.profile.as_deref().unwrap_or_default(),
            if self.compressed { "compressed" } else { "" },
            if self.checksum { "checksum" } else { "" },
            &firmware.release,
            &firmware.variant,
            &firmware.sha256,
        ];
        let files = self
            .inputs
            .iter()
            .flat_map(|(path, sha256)| [path.as_str(), sha256]);
        let models = self.models.iter();
        let models = models.flat_map(|(name, made)| [name.as_str(), &made.sha256]);
        for part in fixed.into_iter().chain(files).chain(models) {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        hash.finish()
    }

    /// Fails where the lock file of `config` pins something else.
    pub fn compare(&self, config: &Path) -> Result<(), LockError> {
        let path = beside(config);
        let file = LockFile::read(&path)?;
        let pinned = file.and_then(|mut file| file.application.remove(&self.key(config)));
        let Some(pinned) = pinned else {
            return Err(LockError::NotPinned(path));
        };
        let differences = self.differences(&pinned, &self.key(config));
        if differences.is_empty() {
            return Ok(());
        }
        Err(LockError::Differs { path, differences })
    }

    /// What the configuration is called in the lock file: with a profile, it is another application.
    fn key(&self, config: &Path) -> String {
        match &self.profile {
            Some(profile) => format!("{} --profile {profile}", name(config)),
            None => name(config),
        }
    }

    fn differences(&self, pinned: &Self, name: &str) -> Vec<String> {
        let mut found = Vec::new();
        if pinned.configuration.is_empty() {
            found.push(format!("  {name}: not pinned"));
        } else if self.configuration != pinned.configuration {
            found.push(format!(
                "  {name}: changed; {}, but {} is pinned",
                short(&self.configuration),
                short(&pinned.configuration)
            ));
        }
        for (flag, is, was) in [
            ("--compress", self.compressed, pinned.compressed),
            ("--checksum", self.checksum, pinned.checksum),
        ] {
            if is != was {
                let with = |yes: bool| if yes { "with" } else { "without" };
                let (is, was) = (with(is), with(was));
                found.push(format!("  built {is} {flag}, but pinned {was}"));
            }
        }
        if self.firmware != pinned.firmware {
            found.push(format!(
                "  firmware: {} {}, but {} {} is pinned",
                self.firmware.release,
                short(&self.firmware.sha256),
                pinned.firmware.release,
                short(&pinned.firmware.sha256)
            ));
        }
        compare_files(&self.extends, &pinned.extends, &mut found);
        compare_files(&self.inputs, &pinned.inputs, &mut found);
        compare_models(&self.models, &pinned.models, &mut found);
        found
    }

    /// The lock file of `config` with this in it, not yet under its name; nothing if it says that already.
    pub fn prepare(&self, config: &Path) -> Result<Option<Output>, LockError> {
        let path = beside(config);
        let before = LockFile::read(&path)?;
        let mut file = before.clone().unwrap_or_default();
        file.application.insert(self.key(config), self.clone());
        if before.as_ref() == Some(&file) {
            return Ok(None);
        }
        let text = toml::to_string(&file).map_err(|e| FileError::new("write", &path, e))?;
        let text = format!("{HEAD}{text}");
        let output = Output::of(&path, text.as_bytes()).map_err(LockError::Unwritable)?;
        Ok(Some(output))
    }
}

/// Adds a line for each model that is not the pinned one, with what made it another if that is known.
fn compare_models(
    models: &BTreeMap<String, PinnedModel>,
    pinned: &BTreeMap<String, PinnedModel>,
    found: &mut Vec<String>,
) {
    for (name, model) in models {
        let Some(other) = pinned.get(name) else {
            found.push(format!("  model {name}: not pinned"));
            continue;
        };
        let written = model.prepared.keys().chain(other.prepared.keys());
        let written = written.map(|file| (model.prepared.get(file), other.prepared.get(file)));
        let parts = [
            (Some(&model.from), Some(&other.from)),
            (model.tool.as_ref(), other.tool.as_ref()),
            (model.settings.as_ref(), other.settings.as_ref()),
        ];
        let result = (Some(&model.sha256), Some(&other.sha256));
        let mut parts = parts.into_iter().chain(written).chain([result]);
        let differing = parts.find(|(is, was)| is != was);
        if let Some((is, was)) = differing {
            let [is, was] = [is, was].map(|it| it.map_or("nothing", String::as_str));
            found.push(format!("  model {name}: {is}, but {was} is pinned"));
        }
    }
    let gone = pinned.keys().filter(|name| !models.contains_key(*name));
    found.extend(gone.map(|name| format!("  model {name}: pinned, but no longer used")));
}

/// Adds a line for each file whose digest is not the pinned one.
fn compare_files(
    files: &BTreeMap<String, String>,
    pinned: &BTreeMap<String, String>,
    found: &mut Vec<String>,
) {
    for (path, sha256) in files {
        match pinned.get(path) {
            None => found.push(format!("  {path}: not pinned")),
            Some(other) if other != sha256 => found.push(format!(
                "  {path}: {}, but {} is pinned",
                short(sha256),
                short(other)
            )),
            Some(_) => {}
        }
    }
    let gone = pinned.keys().filter(|path| !files.contains_key(*path));
    found.extend(gone.map(|path| format!("  {path}: pinned, but no longer used")));
}

impl LockFile {
    /// The lock file, if there is one.
    fn read(path: &Path) -> Result<Option<Self>, LockError> {
        if path.symlink_metadata().is_err() {
            return Ok(None);
        }
        // It may come with a repository that nobody trusts.
        let bytes = read_plain(path, Limit::LOCK)?;
        let broken = |error: &dyn std::fmt::Display| LockError::Broken {
            path: path.to_owned(),
            reason: error.to_string(),
        };
        let text = String::from_utf8(bytes).map_err(|error| broken(&error))?;
        toml::from_str(&text)
            .map(Some)
            .map_err(|error| broken(&error.message()))
    }
}

fn beside(config: &Path) -> PathBuf {
    plain(&config.with_file_name(NAME))
}

fn name(config: &Path) -> String {
    let name = config.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

fn short(sha256: &str) -> &str {
    sha256.get(..12).unwrap_or(sha256)
}
