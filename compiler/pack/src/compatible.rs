//! Whether the firmware of a package understands the application beside it: a package in, a refusal
//! or doubts out.
//!
//! What oakc builds fits; packages come from elsewhere, too. A camera would take one that does not,
//! and stay dark.

use oakc_core::package::inspect::Package;
use oakc_runtime_schema::nodes::Kind;

/// Why a camera would not run a package.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Incompatible {
    /// The image cannot be unpacked.
    #[error("the firmware is damaged: {0}")]
    Firmware(String),
    /// The firmware would read something else than was written.
    #[error(
        "{part} is not in the form that the package's firmware, of depthai {release}, expects \
         ({reason}): build the package again"
    )]
    Unreadable {
        /// The pipeline, or a node of it.
        part: String,
        /// The release of the firmware.
        release: &'static str,
        /// Where reading failed.
        reason: String,
    },
}

/// What may keep a camera from running a package.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Doubt {
    /// Nobody can tell whether pipeline and firmware fit.
    #[error(
        "its firmware ({0}) is of a release that oakc does not know: whether it understands the \
         pipeline cannot be checked"
    )]
    UnknownRelease(String),
    /// It is not for a standalone camera.
    #[error(
        "its pipeline talks to a host ({}), but a standalone camera has none: \
         messages to it pile up until the pipeline stops",
        .0.join(", ")
    )]
    NeedsHost(Vec<String>),
}

/// Looks into a package. Returns what the user should know.
///
/// # Errors
/// Why the camera would not run it.
pub fn check_compatible(package: &Package<'_>) -> Result<Vec<Doubt>, Incompatible> {
    let firmware = package.firmware.as_ref();
    firmware.map_err(|reason| Incompatible::Firmware(reason.clone()))?;
    let Some(release) = package.release.map(|release| release.version) else {
        return Ok(vec![Doubt::UnknownRelease(package.firmware_commit())]);
    };
    let differs = |part: String, reason: &String| Incompatible::Unreadable {
        part,
        release,
        reason: reason.clone(),
    };
    let pipeline = package.pipeline.as_ref();
    let pipeline = pipeline.map_err(|reason| differs("the pipeline".to_owned(), reason))?;
    let nodes = pipeline.schema.nodes.values();
    for (node, decoded) in nodes.clone().zip(&pipeline.nodes) {
        if let Err(reason) = &decoded.properties {
            return Err(differs(format!("node {} ({})", node.id, node.name), reason));
        }
    }
    let needs_host = |name: &str| Kind::with_schema_name(name).any(|kind| kind.needs_host());
    let for_a_host = nodes.filter(|node| needs_host(&node.name));
    let named = for_a_host.map(|node| format!("{} {}", node.name, node.id));
    let named: Vec<_> = named.collect();
    if named.is_empty() {
        return Ok(Vec::new());
    }
    Ok(vec![Doubt::NeedsHost(named)])
}
