//! Classes, structs and enums: members, order, types.

use super::*;

fn check_layout(slips: &mut Slips, of: &StructShape, layout: &[Json]) {
    let ours: Vec<&str> = of.fields.iter().map(|f| f.name).collect();
    let theirs: Vec<&str> = layout.iter().map(|f| text(&f["name"])).collect();
    slips.unequal(format!("fields of {}", of.name), ours, theirs);
    for (field, theirs) in of.fields.iter().zip(layout) {
        let place = format!("type of {}::{}", of.name, field.name);
        slips.unequal(place, type_name(&field.shape).as_str(), wire_type(theirs));
    }
}

#[test]
fn every_concrete_class_is_a_node_kind_and_there_are_no_others() {
    let catalog = catalog();
    let mut slips = Slips::default();
    let ours: Vec<&str> = Kind::ALL.iter().map(|kind| kind.name()).collect();
    let theirs: Vec<&str> = classes(&catalog).map(|(name, _)| name).collect();
    slips.unequal("number of kinds", ours.len(), 32);
    slips.unequal(
        "kinds",
        ours.iter().copied().collect::<BTreeSet<_>>(),
        theirs.into_iter().collect(),
    );
    let schema_names: BTreeSet<&str> = Kind::ALL.iter().map(|kind| kind.schema_name).collect();
    slips.unequal("number of schema names", schema_names.len(), 30);
    for (kind, node) in kinds(&catalog) {
        let place = format!("schema name of {}", kind.name());
        slips.unequal(place, kind.schema_name, text(&node["schemaName"]));
    }
    slips.report();
}

#[test]
fn every_struct_has_the_members_of_the_library_in_wire_order() {
    let catalog = catalog();
    let mut slips = Slips::default();
    let mut properties = BTreeSet::new();
    for (kind, node) in kinds(&catalog) {
        let of = properties_of(kind);
        properties.insert(of.name);
        let place = format!("properties of {}", kind.name());
        slips.unequal(place, of.name, text(&node["propertiesStruct"]));
        check_layout(&mut slips, of, list(&node["propertiesLayout"]));
    }
    for (name, of) in Types::on_the_wire().structs {
        match catalog["structs"].get(name) {
            _ if properties.contains(name) => {}
            Some(layout) => check_layout(&mut slips, of, list(layout)),
            None => slips.add(name, "not a struct of the library"),
        }
    }
    slips.report();
}

#[test]
fn every_enum_has_the_type_and_the_members_of_the_library() {
    let catalog = catalog();
    let mut slips = Slips::default();
    for (name, of) in Types::on_the_wire().enums {
        let theirs = &catalog["enums"][name];
        let Some(members) = theirs["members"].as_object() else {
            slips.add(name, "not an enum of the library");
            continue;
        };
        let underlying = text(&theirs["underlying"]);
        let underlying = underlying
            .trim_start_matches("std::")
            .trim_end_matches("_t");
        let ours = match (of.repr.signed, of.repr.bits) {
            (true, 32) if underlying == "int" => "int".to_owned(),
            (true, bits) => format!("int{bits}"),
            (false, bits) => format!("uint{bits}"),
        };
        slips.unequal(format!("type of {name}"), ours.as_str(), underlying);
        let ours: BTreeMap<&str, i64> = of
            .members
            .iter()
            .flat_map(|m| {
                let aliases = m.aliases.iter().map(|alias| (*alias, m.value));
                aliases.chain([(m.name, m.value)])
            })
            .collect();
        let theirs = members
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_i64().unwrap()))
            .collect();
        slips.unequal(format!("members of {name}"), ours, theirs);
    }
    slips.report();
}
