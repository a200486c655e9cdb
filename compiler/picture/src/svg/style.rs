//! The style sheet of an SVG: for light pages, and what differs on dark ones.
//!
//! In: the colours of the families. Out: CSS. Never: a font or file from elsewhere.

use std::fmt::Write as _;

use super::super::Family;

const LIGHT: &str = "\
text{font-family:ui-sans-serif,system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;fill:#1f2328}
.page{fill:#ffffff}
.title{font-size:18px;font-weight:600}
.faint,.rate,.queue{fill:#59636e}
.faint{font-size:12px}
.name{font-size:14px;font-weight:600}
.kind,.port{font-size:11px}
.wire{fill:none;stroke:#6e7781}
.drops .wire{stroke-dasharray:5 4}
.arrow,.plug{fill:#6e7781}
.card{fill:#ffffff;stroke:#d1d9e0}
.message{font-size:11px;font-weight:600}
.rate,.queue{font-size:10.5px}
.error .wire,.error .card{stroke:#cf222e}
.error .arrow,.badge.error{fill:#cf222e}
.warning .wire,.warning .card{stroke:#bf8700}
.warning .arrow,.badge.warning{fill:#bf8700}
.node.error .box{stroke:#cf222e;stroke-width:2.5}
.node.warning .box{stroke:#bf8700;stroke-width:2.5}
.number{font-size:10px;font-weight:700;fill:#ffffff;text-anchor:middle}
.end{text-anchor:end}
";

const DARK: &str = "\
text{fill:#e6edf3}
.page{fill:#0d1117}
.faint,.rate,.queue{fill:#9198a1}
.wire{stroke:#7d8590}
.arrow,.plug{fill:#7d8590}
.card{fill:#151b23;stroke:#3d444d}
.error .wire,.error .card,.node.error .box{stroke:#f85149}
.error .arrow,.badge.error{fill:#da3633}
.warning .wire,.warning .card,.node.warning .box{stroke:#d29922}
.warning .arrow,.badge.warning{fill:#9e6a03}
";

/// The style sheet.
pub(super) fn style() -> String {
    let mut style = LIGHT.to_owned();
    push_families(&mut style, Family::light);
    style.push_str("@media (prefers-color-scheme:dark){\n");
    style.push_str(DARK);
    push_families(&mut style, Family::dark);
    style.push_str("}\n");
    style
}

fn push_families(style: &mut String, colours: fn(Family) -> (&'static str, &'static str)) {
    for family in Family::ALL {
        let (name, (fill, strong)) = (family.name(), colours(family));
        _ = writeln!(
            style,
            ".{name} .box{{fill:{fill};stroke:{strong}}}.{name} .kind,.{name} .plug{{fill:{strong}}}"
        );
    }
}
