//! Modes that the sensor does not support.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::color_camera::ColorCameraProperties;
use oakc_runtime_schema::nodes::mono_camera::MonoCameraProperties;
use oakc_runtime_schema::reflect::{Reflect, usual_name};

use crate::{Check, Context};
use oakc_core::graph::NodeRef;
use oakc_core::hardware::outcome;
use oakc_core::hardware::sensors::Mode;
use oakc_core::hardware::{Outcome, Sensor};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK032",
    name: "unsupported-resolution",
    level: Severity::Warning,
    adjustable: true,
    constraints: &["C12", "C28", "MC3", "MC4", "MC5", "MC9", "4.2"],
    summary: "A resolution that the sensor does not support.",
    docs: include_str!("unsupported_resolution.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, camera) in context.each::<ColorCameraProperties>() {
        let found = outcome::color(context.camera, &camera);
        let sensors = outcome::color_sensors(context.camera, &camera);
        let names = sensors
            .iter()
            .filter(|sensor| !sensor.color.list.is_empty());
        diagnostics.extend(replaced(&node, &camera.resolution, &found, names));
    }
    for (node, camera) in context.each::<MonoCameraProperties>() {
        let found = outcome::mono(context.camera, &camera);
        let sensors = outcome::mono_sensors(context.camera, &camera);
        let names = sensors.iter().filter(|sensor| !sensor.mono.list.is_empty());
        diagnostics.extend(replaced(&node, &camera.resolution, &found, names));
    }
}

fn replaced<'s, R: Reflect>(
    node: &NodeRef<'_>,
    asked: &R,
    found: &Outcome<R>,
    sensors: impl Iterator<Item = &'s &'static Sensor>,
) -> Option<Diagnostic> {
    let Outcome::Replaced(taken) = found else {
        return None;
    };
    let names: Vec<_> = sensors.map(|sensor| sensor.name).collect();
    let whose = match names[..] {
        [one] => one.to_owned(),
        [one, other] => format!("neither {one} nor {other}"),
        _ => "no sensor".to_owned(),
    };
    let verb = if names.len() == 1 {
        "does not support"
    } else {
        "supports"
    };
    let message = format!(
        "`{}` is set to {}, which {whose} {verb}",
        node.name(),
        usual_name(asked).unwrap_or_default()
    );
    let diagnostic = Diagnostic::new(&RULE, message);
    let span = node.span(&["resolution"]);
    Some(match taken {
        Some(Mode { resolution, .. }) => {
            let taken = usual_name(resolution).unwrap_or_default();
            diagnostic
                .label(span, format!("the camera uses {taken} instead"))
                .help(format!(
                    "write {}",
                    node.language().setting("resolution", taken)
                ))
        }
        None => diagnostic.label(span, "the camera uses another resolution instead"),
    })
}
