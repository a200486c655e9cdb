//! Inputs, outputs, port maps, message types.

use super::*;

fn datatypes(ours: &[Accepts]) -> BTreeSet<(String, bool)> {
    let pair = |accepts: &Accepts| (accepts.datatype.name(), accepts.descendants);
    ours.iter().map(pair).collect()
}

fn catalog_datatypes(port: &Json) -> BTreeSet<(String, bool)> {
    let pair = |accepts: &Json| {
        let descendants = accepts["descendants"].as_bool().unwrap();
        (text(&accepts["datatype"]).to_owned(), descendants)
    };
    list(&port["possibleDatatypes"]).iter().map(pair).collect()
}

fn check_input(slips: &mut Slips, place: &str, ours: &Input, theirs: &Json) {
    let settings = (
        ours.blocking,
        i64::from(ours.queue_size),
        ours.wait_for_message,
    );
    let expected = (
        theirs["blocking"].as_bool().unwrap(),
        theirs["queueSize"].as_i64().unwrap(),
        theirs["waitForMessage"].as_bool().unwrap(),
    );
    slips.unequal(
        format!("blocking, queue size, wait of {place}"),
        settings,
        expected,
    );
    let types = format!("datatypes of {place}");
    slips.unequal(types, datatypes(ours.datatypes), catalog_datatypes(theirs));
}

fn check_output(slips: &mut Slips, place: &str, ours: &Output, theirs: &Json) {
    let types = format!("datatypes of {place}");
    slips.unequal(types, datatypes(ours.datatypes), catalog_datatypes(theirs));
}

fn names(ports: &[Json]) -> Vec<&str> {
    ports.iter().map(|port| text(&port["name"])).collect()
}

#[test]
fn every_kind_has_the_ports_of_the_library() {
    let catalog = catalog();
    let mut slips = Slips::default();
    for (kind, node) in kinds(&catalog) {
        let (inputs, outputs) = (list(&node["inputs"]), list(&node["outputs"]));
        let ours: Vec<&str> = kind.inputs.iter().map(|port| port.name).collect();
        slips.unequal(format!("inputs of {}", kind.name()), ours, names(inputs));
        for theirs in inputs {
            if let Some(ours) = kind.input(text(&theirs["name"])) {
                check_input(
                    &mut slips,
                    &format!("{}.{}", kind.name(), ours.name),
                    ours,
                    theirs,
                );
            }
        }
        let unregistered = list(&node["unregisteredPorts"]);
        for (registered, theirs) in [(true, outputs), (false, unregistered)] {
            let ours = kind
                .outputs
                .iter()
                .filter(|port| port.registered == registered);
            let ours: Vec<&str> = ours.map(|port| port.name).collect();
            let place = format!("outputs of {}, registered: {registered}", kind.name());
            slips.unequal(place, ours, names(theirs));
            for theirs in theirs {
                if let Some(ours) = kind.output(text(&theirs["name"])) {
                    let place = format!("{}.{}", kind.name(), ours.name);
                    check_output(&mut slips, &place, ours, theirs);
                }
            }
        }
    }
    slips.report();
}

#[test]
fn every_kind_has_the_port_maps_of_the_library() {
    let catalog = catalog();
    let mut slips = Slips::default();
    for (kind, node) in kinds(&catalog) {
        let maps = list(&node["mapPorts"]);
        let theirs = |direction: &str| maps.iter().find(|map| map["direction"] == direction);
        let group = |map: Option<&Json>| map.map(|map| text(&map["group"]).to_owned());
        let (place, map) = (format!("input map of {}", kind.name()), theirs("in"));
        let ours = kind.input_map.map(|map| map.group.to_owned());
        slips.unequal(&place, ours, group(map));
        if let (Some(ours), Some(theirs)) = (kind.input_map, map) {
            check_input(&mut slips, &place, &ours.entry, theirs);
        }
        let (place, map) = (format!("output map of {}", kind.name()), theirs("out"));
        let ours = kind.output_map.map(|map| map.group.to_owned());
        slips.unequal(&place, ours, group(map));
        if let (Some(ours), Some(theirs)) = (kind.output_map, map) {
            check_output(&mut slips, &place, &ours.entry, theirs);
        }
        let both = usize::from(kind.input_map.is_some()) + usize::from(kind.output_map.is_some());
        slips.unequal(format!("port maps of {}", kind.name()), both, maps.len());
    }
    slips.report();
}

#[test]
fn message_types_derive_from_one_another_as_in_the_library() {
    let catalog = catalog();
    let mut slips = Slips::default();
    let children = &catalog["datatypes"]["children"];
    let ours: BTreeMap<String, i64> = Datatype::ALL
        .iter()
        .map(|datatype| (datatype.name(), *datatype as i64))
        .collect();
    let members = catalog["datatypes"]["enum"]["members"].as_object().unwrap();
    let number = |(name, value): (&String, &Json)| (name.clone(), value.as_i64().unwrap());
    slips.unequal("message types", ours, members.iter().map(number).collect());
    for ancestor in Datatype::ALL {
        for datatype in Datatype::ALL {
            let place = format!("{datatype:?} below {ancestor:?}");
            let theirs = is_below(children, &ancestor.name(), &datatype.name());
            slips.unequal(place, datatype.derives_from(ancestor), theirs);
        }
    }
    slips.report();
}

fn is_below(children: &Json, ancestor: &str, name: &str) -> bool {
    let below = list(&children[ancestor]);
    below
        .iter()
        .any(|child| child == name || is_below(children, text(child), name))
}
