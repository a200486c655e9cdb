//! A change of a camera's stored settings, in two steps with room for a question between them: what
//! is to change in, the whole new configuration out; and then onto the camera, and read back.
//!
//! Nothing is stored if somebody else has changed the settings between the two.

use oakc_runtime_schema::bootloader::Config;

use super::{Settings, SettingsError};
use crate::error::Error;
use crate::reach::{Reach, Target};

/// A change that a camera would take.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// What is stored; the bootloader's words where nothing is.
    before: Result<Config, String>,
    after: Config,
}

/// Why settings were not changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ChangeError {
    /// The camera would be unreachable with them.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The settings are not those that the change was made for.
    #[error(
        "somebody else has changed the settings in the meantime; nothing was stored, try again"
    )]
    ChangedMeanwhile,
    /// The camera did not keep what it was given.
    #[error("the settings that were read back are not those that were stored; try again")]
    Differs,
    /// Something with the camera did not work.
    #[error(transparent)]
    Device(#[from] Error),
}

impl Change {
    /// Reads the settings of a camera, changes them, and lets the camera go, so that it does
    /// not wait while the user decides.
    ///
    /// # Errors
    /// [`ChangeError`]; nothing was changed then.
    pub fn prepare(
        reach: &Reach,
        target: &mut Target,
        settings: &Settings,
        restarting: &mut dyn FnMut(),
    ) -> Result<Self, ChangeError> {
        let mut bootloader = reach.bootloader(target, restarting)?;
        let before = bootloader.config()?;
        let mut after = before.clone().unwrap_or_default();
        let applied = settings.apply(&mut after, bootloader.version());
        bootloader.close();
        applied?;
        Ok(Self { before, after })
    }

    /// The settings as they will be.
    pub fn after(&self) -> &Config {
        &self.after
    }

    /// Stores the settings, which count from the next start of the camera on.
    ///
    /// # Errors
    /// [`ChangeError`].
    pub fn store(
        &self,
        reach: &Reach,
        target: &mut Target,
        restarting: &mut dyn FnMut(),
    ) -> Result<(), ChangeError> {
        let mut bootloader = reach.bootloader(target, restarting)?;
        if bootloader.config()? != self.before {
            bootloader.close();
            return Err(ChangeError::ChangedMeanwhile);
        }
        bootloader.set_config(&self.after)?;
        let stored = bootloader.config()?;
        bootloader.close();
        if stored.as_ref() != Ok(&self.after) {
            return Err(ChangeError::Differs);
        }
        Ok(())
    }
}
