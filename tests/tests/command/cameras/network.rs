//! Cameras that are found by discovery.

use super::*;

#[test]
fn a_single_camera_is_chosen_and_several_need_a_choice() {
    let bench = Bench::new(1000);
    let one = "$oakc devices --format json; $oakc flash out/app.dap";
    let Some(ran) = script(&bench.app, "--ip 127.0.0.5", one) else {
        return;
    };
    let ran = ran.exits(0);
    assert!(ran.stdout.contains("\"address\":\"127.0.0.5\""), "{ran:?}");
    assert!(ran.stdout.contains("127.0.0.5  runs"), "{ran:?}");
    let several = "$oakc flash out/app.dap";
    let ran = script(&bench.app, "--ip 127.0.0.5 --fleet 2", several);
    ran.unwrap().exits(2).says("127.0.0.6").says("--device");
    let all = "$oakc flash out/app.dap --all";
    let ran = script(&bench.app, "--ip 127.0.0.5 --fleet 2", all);
    ran.unwrap().exits(2).says("--yes");
    let nobody =
        "kill $cameras; sleep 0.3; $oakc flash out/app.dap; code=$?; trap - EXIT; exit $code";
    let ran = script(&bench.app, "--ip 127.0.0.5", nobody);
    ran.unwrap().exits(3).says("no camera was found");
}

#[test]
fn a_camera_that_is_restarting_keeps_another_from_being_taken_for_the_only_one() {
    let bench = Bench::new(1000);
    let restarting = "
        for command in 'flash out/app.dap --yes' 'device clear --yes'; do
            (sleep 1.5; exec $oakc emulate --ip 127.0.0.6 --mxid 18443010D1B2C30F06 > late.log 2>&1) & late=$!
            $oakc $command 2>&1; echo \"= $?\"
            kill $late; wait $late
        done
        $oakc flash out/app.dap --timeout 1 --observe 0
    ";
    let Some(ran) = script(&bench.app, "--ip 127.0.0.5", restarting) else {
        return;
    };
    let ran = ran.exits(0);
    assert_eq!(ran.stdout.matches("= 2").count(), 2, "{ran:?}");
    let says = "2 cameras were found, and none was chosen";
    assert_eq!(ran.stdout.matches(says).count(), 2, "{ran:?}");
    assert!(ran.stdout.contains("127.0.0.5  runs"), "{ran:?}");
}

#[test]
fn cameras_are_listed_with_their_details_and_old_bootloaders_get_a_warning() {
    let bench = Bench::new(1000);
    let listed = "
        $oakc flash out/app.dap --device 127.0.0.2 --quiet > flashed.txt || exit 1
        $oakc devices > table.txt && $oakc devices --restart --format json
        $oakc devices 127.0.0.77 > missing.txt
    ";
    let emulate = "--ip 127.0.0.2 --fleet 2 --version 0.0.26";
    let Some(ran) = script(&bench.app, emulate, listed) else {
        return;
    };
    let ran = ran
        .exits(3)
        .says("no camera answers at 127.0.0.77")
        .says("bootloader 0.0.26 sometimes");
    let table = String::from_utf8(bench.app.read("table.txt")).unwrap();
    let rows: Vec<_> = table.lines().map(flat).collect();
    assert!(
        rows[0].starts_with("ADDRESS MXID STATE BOOTLOADER"),
        "{table}"
    );
    assert!(rows[1].contains("flash_booted - -"), "{table}");
    assert!(rows[2].contains("bootloader 0.0.26 NETWORK"), "{table}");
    let cameras = cameras(&ran);
    assert_eq!(cameras.len(), 2);
    assert_eq!(cameras[0]["application"]["name"], "small");
    assert_eq!(cameras[1]["application"], Value::Null);
    assert_eq!(cameras[1]["memories"][0]["memory"], "flash");
}

#[test]
fn a_hostile_name_on_a_camera_is_shown_as_text() {
    let bench = Bench::new(1000);
    let name = json!("door\u{1b}[2J\u{202e}\n::error ::owned").to_string();
    let app = SMALL.replace("\"small\"", &name);
    bench.app.file("app.toml", app);
    bench.app.build().exits(0);
    let commands = "
        $oakc flash out/app.dap --device 127.0.0.5 --yes >&2 &&
        $oakc devices 127.0.0.5 --restart &&
        $oakc device info --device 127.0.0.5 --yes
    ";
    let Some(ran) = script(&bench.app, "--ip 127.0.0.5", commands) else {
        return;
    };
    let ran = ran.exits(0);
    for text in [&ran.stdout, &ran.stderr] {
        assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text}");
        assert!(!text.lines().any(|line| line.starts_with("::")), "{text}");
    }
    let shown = |line: &&str| line.contains("door") && line.contains("::error ::owned");
    assert_eq!(ran.stdout.lines().filter(shown).count(), 2, "{ran:?}");
}

#[test]
fn where_an_address_is_named_no_other_camera_is_restarted() {
    let bench = Bench::new(1000);
    let listed = "$oakc devices 127.0.0.2 --restart --format json";
    let emulate = "--ip 127.0.0.2 --fleet 2 --state flash_booted";
    let Some(ran) = script(&bench.app, emulate, listed) else {
        return;
    };
    let cameras = cameras(&ran.exits(0));
    let asked = cameras
        .iter()
        .map(|camera| camera["bootloader"]["version"].as_str());
    assert_eq!(asked.collect::<Vec<_>>(), [Some("0.0.28"), None]);
}

#[test]
fn each_camera_of_a_fleet_gets_its_own_parameters() {
    let bench = Bench::new(1000);
    let app = SMALL.replace("name = \"small\"", "name = \"${site}\"");
    bench
        .app
        .file("site.toml", format!("{app}\n[params]\nsite = \"none\"\n"));
    bench.app.file(
        "fleet.toml",
        "groups.north.params.site = \"north\"
        groups.south = {}
        [[cameras]]
        name = \"gate\"
        address = \"127.0.0.2\"
        groups = [\"north\"]
        [[cameras]]
        name = \"yard\"
        address = \"127.0.0.3\"
        groups = [\"south\"]
        params.site = \"yard\"
        [[cameras]]
        name = \"attic\"
        address = \"127.0.0.4\"
        groups = [\"north\"]
        ",
    );
    let flash = "
        fleet='--fleet fleet.toml --firmware fw.cmd --quiet'
        $oakc flash site.toml $fleet --group south || exit 1
        $oakc flash site.toml $fleet --device gate --device attic || exit 1
        $oakc flash site.toml $fleet --device nobody; [ $? = 2 ] || exit 1
        said=$($oakc flash site.toml $fleet --group south --group nort 2>&1); [ $? = 2 ] || exit 1
        [ \"$said\" = 'error: no camera of the fleet is in group `nort`' ] || exit 1
        sed 's/params.site/params.sight/' fleet.toml > typo.toml
        said=$($oakc flash site.toml --fleet typo.toml 2>&1); [ $? = 1 ] || exit 1
        case $said in *'with the parameters of this camera'*) ;; *) exit 1 ;; esac
        for ip in 2 3 4; do $oakc device info --yes --device 127.0.0.$ip || exit 1; done
    ";
    let Some(ran) = script(&bench.app, "--ip 127.0.0.2 --fleet 3", flash) else {
        return;
    };
    let ran = ran.exits(0);
    let named = |name: &str| ran.stdout.matches(&format!("application {name},")).count();
    assert_eq!((named("north"), named("yard")), (2, 1), "{ran:?}");
}

#[test]
fn sixty_four_cameras_are_flashed_at_once() {
    let bench = Bench::new(300_000);
    let flash = "$oakc flash out/app.dap --all --yes --quiet --concurrency 64 --format json";
    let Some(ran) = script(&bench.app, "--ip 127.0.0.1 --fleet 64 --flash n.img", flash) else {
        return;
    };
    let cameras = cameras(&ran.exits(0));
    assert_eq!(cameras.len(), 64);
    let package = bench.app.read("out/app.dap");
    for camera in cameras {
        assert_eq!(camera["state"], "running");
        let memory = format!("n-{}.img", camera["address"].as_str().unwrap());
        assert!(
            stored(&bench.app.path(&memory), &bench.app) == package,
            "{memory}"
        );
    }
}
