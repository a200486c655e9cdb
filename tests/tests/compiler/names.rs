//! What people write from memory of the library leads to the right key.

use heck::ToSnakeCase as _;
use oakc_check::compile;
use oakc_core::Source;
use oakc_core::config::Levels;
use oakc_core::syntax::Language;
use oakc_core::world::MemoryWorld;
use oakc_diag::{Diagnostics, SourceMap};
use oakc_runtime_schema::nodes::Kind;
use xtask::generate::setters;

/// The keys that are proposed for `name` on a node of this kind; none if it is a key.
fn proposed(kind: Kind, table: &str, name: &str) -> Option<String> {
    let table = if table.is_empty() {
        String::new()
    } else {
        format!("[nodes.n{table}]\n")
    };
    let text = format!("[nodes.n]\ntype = \"{kind}\"\n{table}{name} = 1\n");
    let source = Source {
        name: "app.toml",
        text: &text,
        language: Language::Toml,
        profile: None,
        params: &[],
        overrides: &[],
        levels: &Levels::default(),
    };
    let (mut sources, mut found) = (SourceMap::new(), Diagnostics::new());
    let _ = compile(&source, &MemoryWorld::default(), &mut sources, &mut found);
    let mut unknown = found.iter().filter(|it| it.rule.name == "unknown-key");
    let unknown = unknown.find(|it| it.message.starts_with(&format!("`{name}` ")))?;
    Some(unknown.help.clone().unwrap_or_default())
}

#[test]
fn the_name_of_every_setter_leads_to_its_key() {
    let (mut tried, mut wrong) = (0, Vec::new());
    for setter in setters::read(&xtask::root()).unwrap() {
        let Some(kind) = Kind::from_name(setter.owner) else {
            continue;
        };
        let (method, _) = setter.call.split_once('(').unwrap_or((&setter.call, ""));
        let (object, method) = match method.split_once('.') {
            Some((object, method)) => (format!(".{}", object.to_snake_case()), method),
            None => (String::new(), method),
        };
        // `initialConfig.set` replaces the whole table, which has no key of its own.
        if method == "set" {
            continue;
        }
        let bare = method.strip_prefix("set").unwrap_or(method);
        let names = [
            method.to_owned(),
            method.to_snake_case(),
            bare.to_snake_case(),
        ];
        let right = |help: &str| {
            let mut keys = setter.keys.iter().map(String::as_str);
            keys.any(|key| {
                let inner = key.rsplit('.').next().unwrap_or(key);
                help.contains(&format!("`{key}`"))
                    || help.contains(&format!("`{inner}`"))
                    || help.contains(&format!(".{inner}`"))
            })
        };
        for name in &names {
            for table in ["", &object] {
                let Some(help) = proposed(kind, table, name) else {
                    continue;
                };
                tried += 1;
                if !right(&help) {
                    wrong.push(format!("{kind}{table}: {name}: {help} {:?}", setter.keys));
                }
            }
        }
    }
    wrong.sort();
    wrong.dedup();
    assert!(
        wrong.is_empty(),
        "{} of {tried}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(tried > 500, "only {tried} names");
}

#[test]
fn the_key_that_is_proposed_ends_the_finding() {
    for (kind, written, meant) in [
        (Kind::ColorCamera, "setFps", "fps"),
        (Kind::MonoCamera, "rate", "fps"),
        (Kind::VideoEncoder, "rate", "frame_rate"),
        (Kind::StereoDepth, "preset", "default_profile_preset"),
        (Kind::StereoDepth, "lr_check", "left_right_check"),
        (Kind::ColorCamera, "boardSocket", "board_socket"),
        (Kind::YoloDetectionNetwork, "iou", "iou_threshold"),
        (Kind::StereoDepth, "confidence", "confidence_threshold"),
        (Kind::AprilTag, "family", "initial_config.family"),
    ] {
        let help = proposed(kind, "", written).unwrap();
        assert_eq!(help, format!("did you mean `{meant}`?"), "{kind} {written}");
        assert_eq!(proposed(kind, "", meant), None, "{kind} {meant}");
    }
    // A name that is a key of this kind is not a slip.
    assert_eq!(proposed(Kind::SystemLogger, "", "rate"), None);
    // Nothing is guessed where nothing is meant.
    let help = proposed(Kind::ColorCamera, "", "zzzzqqq").unwrap();
    assert!(!help.contains("did you mean"), "{help}");
}
