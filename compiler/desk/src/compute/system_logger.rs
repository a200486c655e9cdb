//! SystemLogger: what a camera reports of itself, at its rate. Always the same: half of everything is used.

use oakc_runtime_schema::datatype::Datatype;
use serde_json::{Value as Json, json};

use crate::message::Content;

const MIB: u64 = 1 << 20;

/// A plausible report.
pub(crate) fn report() -> Content {
    let memory =
        |total: u64| json!({ "used": total / 2, "remaining": total - total / 2, "total": total });
    let load = json!({ "average": 0.5, "msTime": 1000 });
    let said = json!({
        "ddrMemoryUsage": memory(340 * MIB),
        "cmxMemoryUsage": memory(2560 * 1024),
        "leonCssMemoryUsage": memory(76 * MIB),
        "leonMssMemoryUsage": memory(40 * MIB),
        "leonCssCpuUsage": load,
        "leonMssCpuUsage": load,
        "chipTemperature": { "css": 45.0, "mss": 45.0, "upa": 45.0, "dss": 45.0, "average": 45.0 },
    });
    let mut content = Content::new(Datatype::SystemInformation);
    if let Json::Object(fields) = said {
        content.fields = fields;
    }
    content
}
