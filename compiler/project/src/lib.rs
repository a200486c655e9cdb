//! Applications and packages on disk: a path in, what was found in the application and its checked graph
//! out; and files that are written whole or not at all.
//!
//! [`Findings`] reads and checks, [`fix()`] repairs, [`Output`] and [`NewDirectory`] write. Nothing here
//! prints, no file is read beyond its [`Limit`], and none that a configuration names outside of its
//! repository and the [`AllowedFolders`].

mod application;
mod below;
mod boundary;
mod changed;
mod directory;
mod error;
mod file_name;
mod fix;
mod kind;
mod limit;
mod many;
mod models;
mod near;
mod output;
mod package;
mod plain;
mod read;
mod resolved;
mod rewrite;
mod template;
mod user_settings;
mod watched;

pub use application::{Findings, LoadError, Settings, is_application, read_params};
pub use below::{SCENARIOS, applications_below, applications_in, entries};
pub use boundary::AllowedFolders;
pub use changed::{check_affected, inputs};
pub use directory::NewDirectory;
pub use error::FileError;
pub use file_name::file_name;
pub use fix::{FixError, Fixes, fix};
pub use kind::FileKind;
pub use limit::Limit;
pub use many::{Checked, PatternError, check_all, matching_files};
pub use models::{Models, Needed};
pub use output::{Output, make_directory, write};
pub use package::{Checksums, DamagedPackage, InvalidPackage, PackageFile};
pub use plain::plain;
pub use read::{Directory, read, read_bounded, read_plain};
pub use resolved::Shown;
pub use template::{TEMPLATES, Template, TemplateError};
pub use user_settings::{SettingsError, UserSettings};
pub use watched::WatchedFiles;
