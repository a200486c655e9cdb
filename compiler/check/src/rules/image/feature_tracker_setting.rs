//! Settings of feature tracking that the device overrides.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::messages::{FeatureTrackerConfig, MotionEstimatorType};
use oakc_runtime_schema::nodes::feature_tracker::FeatureTrackerProperties;

use crate::{Check, Context};
use oakc_core::graph::NodeRef;

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK095",
    name: "feature-tracker-setting",
    level: Severity::Warning,
    adjustable: true,
    constraints: &["F3", "F4", "F5"],
    summary: "A setting of a FeatureTracker that the device changes or refuses.",
    docs: include_str!("feature_tracker_setting.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, tracker) in context.each::<FeatureTrackerProperties>() {
        let config = &tracker.initial_config;
        for setting in flow_settings(config)
            .into_iter()
            .chain(other_settings(config))
        {
            diagnostics.extend(problem(&node, &setting));
        }
        diagnostics.extend(maintainer(&node, config));
    }
}

/// A setting: its name, its path under `initial_config`, whether it works, and the values that do.
struct Setting {
    name: &'static str,
    key: &'static str,
    works: bool,
    allowed: &'static str,
}

/// The settings of optical flow, if that is how features are tracked.
fn flow_settings(config: &FeatureTrackerConfig) -> Vec<Setting> {
    let estimator = &config.motion_estimator;
    let follows =
        estimator.enable && estimator.r#type == MotionEstimatorType::LUCAS_KANADE_OPTICAL_FLOW;
    if !follows {
        return Vec::new();
    }
    let flow = &estimator.optical_flow;
    let window = |pixels: i32| (3..=9).contains(&pixels) && pixels % 2 == 1;
    vec![
        Setting {
            name: "search window width",
            key: "motion_estimator.optical_flow.search_window_width",
            works: window(flow.search_window_width),
            allowed: "3, 5, 7 or 9",
        },
        Setting {
            name: "search window height",
            key: "motion_estimator.optical_flow.search_window_height",
            works: window(flow.search_window_height),
            allowed: "3, 5, 7 or 9",
        },
        Setting {
            name: "number of iterations",
            key: "motion_estimator.optical_flow.max_iterations",
            works: flow.max_iterations >= 1,
            allowed: "at least 1",
        },
        Setting {
            name: "number of pyramid levels",
            key: "motion_estimator.optical_flow.pyramid_levels",
            works: flow.pyramid_levels >= 0,
            allowed: "at least 1, or 0 to let the device choose",
        },
        Setting {
            name: "epsilon",
            key: "motion_estimator.optical_flow.epsilon",
            works: flow.epsilon > 0.0,
            allowed: "greater than 0",
        },
    ]
}

fn other_settings(config: &FeatureTrackerConfig) -> [Setting; 2] {
    [
        Setting {
            name: "grid of cells",
            key: "corner_detector.cell_grid_dimension",
            works: config.corner_detector.cell_grid_dimension >= 1,
            allowed: "at least 1",
        },
        Setting {
            name: "distance between features",
            key: "feature_maintainer.minimum_distance_between_features",
            works: config.feature_maintainer.minimum_distance_between_features >= 1.0,
            allowed: "at least 1",
        },
    ]
}

fn problem(node: &NodeRef<'_>, setting: &Setting) -> Option<Diagnostic> {
    if setting.works {
        return None;
    }
    let key = format!("initial_config.{}", setting.key);
    let message = format!("the {} of `{}` is not supported", setting.name, node.name());
    Some(
        Diagnostic::new(&RULE, message)
            .label(node.span(&[&key]), setting.allowed)
            .help(format!("write {}", setting.allowed)),
    )
}

fn maintainer(node: &NodeRef<'_>, config: &FeatureTrackerConfig) -> Option<Diagnostic> {
    if !config.motion_estimator.enable || config.feature_maintainer.enable {
        return None;
    }
    let message = format!(
        "`{}` tracks features without its feature maintainer",
        node.name()
    );
    let keys = [
        "initial_config.feature_maintainer.enable",
        "initial_config.feature_maintainer",
    ];
    Some(
        Diagnostic::new(&RULE, message)
            .severity(Severity::Info)
            .label(node.span(&keys), "the device turns it on")
            .help("leave it on, or turn the motion estimator off too"),
    )
}
