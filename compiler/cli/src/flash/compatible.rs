//! Whether the firmware of a package understands the application beside it: a package in, a refusal
//! or warnings out.
//!
//! What oakc builds fits; packages come from elsewhere, too. A camera would take one that does not,
//! and stay dark.

use oakc_core::package::inspect::Package;
use oakc_runtime_schema::nodes::Kind;

/// Looks into a package. Returns what the user should know.
///
/// # Errors
/// Why the camera would not run it.
pub(super) fn check(package: &Package<'_>) -> Result<Vec<String>, String> {
    let firmware = package.firmware.as_ref();
    firmware.map_err(|reason| format!("the firmware is not whole: {reason}"))?;
    let Some(release) = package.release.map(|release| release.version) else {
        return Ok(vec![format!(
            "its firmware ({}) is of a release that oakc does not know: whether it \
             understands the pipeline cannot be checked",
            package.firmware_commit()
        )]);
    };
    let differs = |what: &str, reason: &str| {
        format!(
            "{what} is not as the firmware beside it, of depthai {release}, reads it ({reason}): \
             build it again"
        )
    };
    let pipeline = package.pipeline.as_ref();
    let pipeline = pipeline.map_err(|reason| differs("the pipeline", reason))?;
    let nodes = pipeline.schema.nodes.values().zip(&pipeline.nodes);
    for (node, decoded) in nodes {
        if let Err(reason) = &decoded.properties {
            return Err(differs(
                &format!("node {} ({})", node.id, node.name),
                reason,
            ));
        }
    }
    let nodes = pipeline.schema.nodes.values();
    let needs_host = |name: &str| Kind::with_schema_name(name).any(|kind| kind.needs_host());
    let for_a_host = nodes.filter(|node| needs_host(&node.name));
    let named = for_a_host.map(|node| format!("{} {}", node.name, node.id));
    let named: Vec<_> = named.collect();
    if named.is_empty() {
        return Ok(Vec::new());
    }
    Ok(vec![format!(
        "its pipeline talks to a host ({}), and a standalone camera has none: what is sent there \
         piles up until nothing moves; `oakc import --serve tcp` makes an application of it that \
         serves its streams by itself",
        named.join(", ")
    )])
}
