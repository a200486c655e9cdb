//! Names and roles of the node kinds.

use oakc_runtime_schema::node::{Accepts, Fed, ModelRole, Role, Share};

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
            Role::Camera(_) | Role::Transform | Role::Program => (true, true),
            Role::Sender(_) => (true, false),
        };
        slips.unequal(
            format!("inputs and outputs of {kind}"),
            (takes, sends),
            needs,
        );
        let is_camera = kind.output("frameEvent").is_some();
        let role = format!("whether {kind} is a camera");
        slips.unequal(role, kind.is_camera(), is_camera);
    }
    slips.report();
}

#[test]
fn an_input_for_settings_is_known_by_its_name() {
    let mut slips = Slips::default();
    for kind in Kind::ALL.iter().copied() {
        for input in kind.inputs {
            let is_setting = |accepts: &Accepts| {
                let name = accepts.datatype.name();
                name.ends_with("Config") || name.ends_with("Control")
            };
            let takes_settings = input.datatypes.iter().any(is_setting);
            let named = ["inputConfig", "inputControl"].contains(&input.name);
            let place = format!("whether {kind}.{} takes settings, by name", input.name);
            slips.unequal(place, named, takes_settings);
        }
    }
    slips.report();
}

#[test]
fn what_a_kind_does_not_start_without_is_a_port_of_it() {
    let mut slips = Slips::default();
    for kind in Kind::ALL.iter().copied() {
        let inputs = match kind.start.inputs {
            Fed::None => true,
            Fed::Any => kind.input_map.is_some(),
            Fed::All(names) => names.iter().all(|name| kind.input(name).is_some()),
        };
        slips.unless(
            inputs,
            format!("`start` of {kind}: its inputs are not those of the kind"),
        );
        let sends = !kind.outputs.is_empty() || kind.output_map.is_some();
        let consumer = !kind.start.consumer || sends;
        slips.unless(
            consumer,
            format!("`start` of {kind}: it needs a consumer, but sends nothing"),
        );
    }
    slips.report();
}

#[test]
fn a_kind_whose_processors_can_be_set_takes_those_that_are_set() {
    let mut slips = Slips::default();
    for kind in Kind::ALL.iter().copied() {
        let fields = properties_of(kind).fields.iter();
        let keys: Vec<_> = fields.map(|field| field.key).collect();
        let settable = |ending: &str| keys.iter().any(|key| key.ends_with(ending));
        let is_set = |share: Share| matches!(share, Share::Set(..));
        let shaves = is_set(kind.processors.shaves) || !settable("num_shaves");
        slips.unless(
            shaves,
            format!("`processors` of {kind}: SHAVEs are a property, but not counted"),
        );
        let slices = is_set(kind.processors.slices) || !settable("num_memory_slices");
        slips.unless(
            slices,
            format!("`processors` of {kind}: slices are a property, but not counted"),
        );
        for share in [kind.processors.shaves, kind.processors.slices] {
            if let Share::Set(read, what) = share {
                let read = read(&(kind.default_properties)());
                slips.unless(
                    read.is_some(),
                    format!("`processors` of {kind}: {what} cannot be read"),
                );
            }
        }
    }
    slips.report();
}

#[test]
fn a_camera_says_which_sensor_it_reads() {
    let mut slips = Slips::default();
    for kind in Kind::ALL.iter().filter(|kind| kind.is_camera()) {
        for key in ["board_socket", "camera_name"] {
            let has = properties_of(*kind).field(key).is_some();
            slips.unless(has, format!("{kind} reads a sensor, but has no `{key}`"));
        }
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
