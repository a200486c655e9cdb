use oakc_diag::render::{HumanOptions, human};

use super::*;

const FLEET: &str = r#"
concurrency = 4
params = { server = "all", fps = 10 }
groups.north.params.server = "north"
groups.doors = {}
[[cameras]]
name = "gate"
address = "10.1.0.21"
groups = ["north", "doors"]
params = { door = "3", invert = true }
[[cameras]]
name = "yard"
address = "18443010D1B2C30F00"
"#;

fn read(text: &str) -> (Option<Fleet>, String) {
    let (mut sources, mut found) = (SourceMap::new(), Diagnostics::new());
    let fleet = Fleet::read("fleet.toml", text, &mut sources, &mut found);
    assert_eq!(fleet.is_none(), found.has_errors());
    (fleet, human(&found, &sources, HumanOptions::default()))
}

#[test]
fn the_nearest_parameter_counts() {
    let (fleet, said) = read(FLEET);
    let fleet = fleet.expect(&said);
    let [gate, yard] = &fleet.members[..] else {
        panic!("two cameras");
    };
    let params = |member: &Member| -> Vec<String> {
        let pairs = member.params.iter();
        pairs
            .map(|(key, param)| format!("{key}={}", param.value))
            .collect()
    };
    assert_eq!(
        params(gate),
        ["door=3", "fps=10", "invert=true", "server=north"]
    );
    assert_eq!(params(yard), ["fps=10", "server=all"]);
    assert_eq!(gate.locator, "10.1.0.21".parse().unwrap());
    assert!(matches!(yard.locator, Locator::Mxid(_)));
    assert_eq!(fleet.concurrency.map(NonZeroUsize::get), Some(4));
}

#[test]
fn yaml_says_the_same() {
    let (mut sources, mut found) = (SourceMap::new(), Diagnostics::new());
    let text = "cameras:\n  - {name: gate, address: 10.1.0.21, params: {door: 3}}\n";
    let fleet = Fleet::read("fleet.yaml", text, &mut sources, &mut found).unwrap();
    assert_eq!(fleet.members[0].params["door"].value, "3");
}

#[test]
fn slips_are_named_with_their_place() {
    for (change, words, place) in [
        (
            ("name = \"yard\"", "name = \"gate\""),
            "same name, `gate`",
            ":12:8",
        ),
        (
            ("18443010D1B2C30F00", "10.1.0.21"),
            "same address",
            ":13:11",
        ),
        (
            ("18443010D1B2C30F00", "no address"),
            "an IPv4 address",
            ":13:11",
        ),
        (("18443010D1B2C30F00", "usb:1.2.x"), "usb:1.2.x", ":13:11"),
        (
            ("\"north\", ", "\"nort\", "),
            "did you mean `north`?",
            ":9:11",
        ),
        (("10.1.0.21", "10.1.0.210.1"), "10.1.0.210.1", ":8:11"),
        (
            ("address = \"10", "adress = \"10"),
            "did you mean `address`?",
            ":8:1",
        ),
        (
            ("concurrency = 4", "concurrency = 0"),
            "a positive integer",
            ":2:15",
        ),
        (
            ("door = \"3\"", "door = { value = 3, secret = true }"),
            "the application says whether `door` is a secret",
            ":10:32",
        ),
    ] {
        let (fleet, said) = read(&FLEET.replace(change.0, change.1));
        assert!(fleet.is_none(), "{said}");
        assert!(said.contains(words) && said.contains(place), "{said}");
    }
    assert!(read("").1.contains("no cameras"));
}

#[test]
fn all_slips_are_told_at_once() {
    let text = FLEET
        .replace("concurrency", "concurency")
        .replace("\"north\", ", "\"nort\", ")
        .replace("18443010D1B2C30F00", "10.1.0.300");
    let (_, said) = read(&text);
    for words in ["`concurrency`?", "`north`?", "10.1.0.300"] {
        assert!(said.contains(words), "{said}");
    }
}

#[test]
fn cameras_are_chosen_by_name_and_group() {
    let (fleet, said) = read(FLEET);
    let fleet = fleet.expect(&said);
    let choose = |names: &[&str], groups: &[&str]| {
        let owned = |texts: &[&str]| -> Vec<String> {
            let texts = texts.iter();
            texts.map(|text| (*text).to_owned()).collect()
        };
        let members = fleet.choose(&owned(names), &owned(groups))?;
        Ok(members.into_iter().map(|it| it.name).collect())
    };
    let chosen = |names: &[&str]| -> Result<Vec<String>, ChoiceError> {
        Ok(names.iter().map(|name| (*name).to_owned()).collect())
    };
    assert_eq!(choose(&[], &[]), chosen(&["gate", "yard"]));
    assert_eq!(choose(&["10.1.0.21"], &[]), chosen(&["gate"]));
    assert_eq!(choose(&[], &["doors"]), chosen(&["gate"]));
    assert_eq!(choose(&["yard"], &["north"]), Err(ChoiceError::Nobody));
    let unknown = |text: &str| text.to_owned();
    assert_eq!(
        choose(&["gaet"], &[]),
        Err(ChoiceError::UnknownCamera(unknown("gaet")))
    );
    assert_eq!(
        choose(&[], &["south"]),
        Err(ChoiceError::UnknownGroup(unknown("south")))
    );
}
