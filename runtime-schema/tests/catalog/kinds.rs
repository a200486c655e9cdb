//! Names and roles of the node kinds.

use oakc_runtime_schema::node::{ModelRole, Role};

use super::*;

#[test]
fn every_kind_is_found_by_its_names_and_the_list_is_sorted() {
    assert!(Kind::ALL.is_sorted_by_key(|kind| kind.name()));
    for kind in Kind::ALL.iter().copied() {
        assert_eq!(Kind::from_name(kind.name()), Some(kind));
        let mut called = Kind::with_schema_name(kind.schema_name);
        assert!(called.any(|other| other == kind), "{kind}");
    }
    assert_eq!(Kind::from_name("script"), None);
}

#[test]
fn the_role_of_every_kind_matches_its_ports() {
    let mut slips = Slips::default();
    for kind in Kind::ALL.iter().copied() {
        let takes = !kind.inputs.is_empty() || kind.input_map.is_some();
        let sends = !kind.outputs.is_empty() || kind.output_map.is_some();
        let needs = match kind.role {
            Role::Source | Role::Receiver(_) => (false, true),
            // The inputs of a camera take control messages.
            Role::Camera | Role::Transform | Role::Program => (true, true),
            Role::Sender(_) => (true, false),
        };
        slips.unequal(
            format!("inputs and outputs of {kind}"),
            (takes, sends),
            needs,
        );
        let is_camera = kind.output("frameEvent").is_some();
        let role = format!("whether {kind} is a camera");
        slips.unequal(role, kind.role == Role::Camera, is_camera);
    }
    slips.report();
}

#[test]
fn a_kind_runs_a_model_if_its_properties_contain_one() {
    let mut slips = Slips::default();
    for kind in Kind::ALL.iter().copied() {
        let holds = properties_of(kind).field("blob_uri").is_some();
        slips.unequal(
            format!("whether {kind} runs a model"),
            kind.model.runs(),
            holds,
        );
        let knows = holds || matches!(kind.model, ModelRole::ReadsResults);
        let setter = kind.setter("model").is_some();
        slips.unequal(format!("whether {kind} has a model"), knows, setter);
        if let ModelRole::Runs(read) = kind.model {
            let read = read(&(kind.default_properties)());
            slips.unequal(format!("{kind}: its inference"), read.is_some(), true);
        }
    }
    slips.report();
}
