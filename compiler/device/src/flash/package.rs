//! An application package that is fit to be written: bytes in, checked bytes out. Nothing unchecked
//! is ever written.

use std::sync::Arc;

use oakc_runtime_schema::sbr::{self, Header, SbrError, Section};

/// A checked application package.
#[derive(Debug, Clone)]
pub struct Package {
    bytes: Arc<[u8]>,
    header: Header,
}

/// Why bytes are not a package that a camera could run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PackageError {
    /// Not an SBR container, or a damaged one.
    #[error(transparent)]
    Container(#[from] SbrError),
    /// A section without which nothing runs.
    #[error("the package has no section `{0}`, without which a camera cannot run it")]
    Missing(&'static str),
    /// The firmware is not marked as what is to be started.
    #[error(
        "the package's firmware is not marked as bootable, so the bootloader would not start it"
    )]
    NotBootable,
    /// The bytes of a section are not those that its table was made for.
    #[error("section `{0}` of the package is damaged: its checksum is wrong; build it again")]
    Damaged(String),
}

impl Package {
    /// Checks a whole `.dap` file.
    ///
    /// # Errors
    /// [`PackageError`] for whatever would make a camera go dark.
    pub fn new(bytes: impl Into<Arc<[u8]>>) -> Result<Self, PackageError> {
        let bytes = bytes.into();
        let header = Header::parse_file(&bytes)?;
        let filled = |name: &'static str| {
            let section = header.find(name).filter(|section| section.size > 0);
            section.ok_or(PackageError::Missing(name))
        };
        let firmware = filled(sbr::FIRMWARE)?;
        filled(sbr::PIPELINE)?;
        if !firmware.flags.is_bootable() {
            return Err(PackageError::NotBootable);
        }
        let intact = |section: &&Section| {
            let content = section.bytes(&bytes).unwrap_or_default();
            sbr::checksum(content) == section.checksum
        };
        if let Some(damaged) = header.sections().iter().find(|section| !intact(section)) {
            return Err(PackageError::Damaged(damaged.name.to_string()));
        }
        Ok(Self { bytes, header })
    }

    /// The package.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Its table of sections.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The name of the application; empty where it has none.
    pub fn app_name(&self) -> String {
        self.text(sbr::APP_NAME)
    }

    /// The commit of the firmware in it.
    pub fn firmware_version(&self) -> String {
        self.text(sbr::FIRMWARE_VERSION)
    }

    fn text(&self, name: &str) -> String {
        let section = self.header.find(name);
        let bytes = section.and_then(|section| section.bytes(&self.bytes));
        let text = String::from_utf8_lossy(bytes.unwrap_or_default());
        text.chars().filter(|c| !c.is_control()).collect()
    }
}
