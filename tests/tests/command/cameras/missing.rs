//! Cameras that are not there, not all there, or not those that they say.

use std::time::Instant;

use super::*;

#[test]
fn every_command_says_the_same_about_a_camera_that_does_not_answer_and_says_it_soon() {
    let bench = Bench::new(1000);
    let ip = bench.ip();
    let commands: [&[&str]; 9] = [
        &["flash", "out/app.dap"],
        &["flash", "out/app.dap", "--dry-run"],
        &["device", "info"],
        &["device", "boot"],
        &["device", "config", "get"],
        &["device", "config", "set", "--dynamic"],
        &["device", "clear", "--yes"],
        &["device", "read", "-o", "read.dap"],
        &["device", "bootloader", "flash", "--yes"],
    ];
    let says = format!("no camera answers at {ip}; is it powered");
    for command in commands {
        let begun = Instant::now();
        let ran = bench.run(&[command, &["--timeout", "1"]].concat()).exits(3);
        let said = flat(&format!("{} {}", ran.stdout, ran.stderr));
        assert!(said.contains(&says), "{command:?}: {said}");
        assert!(begun.elapsed() < Duration::from_secs(10), "{command:?}");
    }
    // The cameras of other tests are not to be connected to.
    let ran = bench.app.run(&["devices", &ip, "--quick"]);
    ran.exits(3).says(&says);
}

#[test]
fn cameras_that_answer_do_not_wait_for_those_that_do_not() {
    let bench = Bench::new(1000);
    let _camera = bench.camera();
    let missing: Vec<_> = (0..3).map(|_| address().to_string()).collect();
    let mut arguments = vec![
        "flash",
        "out/app.dap",
        "--concurrency",
        "1",
        "--timeout",
        "1",
    ];
    arguments.extend(["--progress", "json"]);
    // They sort after the camera, and before it.
    let before = ["127.191.0.1", "127.191.0.2"];
    let missing = missing.iter().map(String::as_str).chain(before);
    arguments.extend(missing.flat_map(|ip| ["--device", ip]));
    let ran = bench.run(&arguments).exits(3);
    let ended = ran.stderr.lines().filter(|line| line.contains("\"ended\""));
    let first = ended.take(1).collect::<String>();
    assert!(first.contains(&bench.ip()), "{}", ran.stderr);
    assert!(bench.holds_the_package());
}

#[test]
fn a_camera_that_was_there_the_last_time_is_not_left_out_silently() {
    let bench = Bench::new(1000);
    let flash = "
        again() {
            $oakc flash out/app.dap --all --yes --timeout 2 --observe 0 \"$@\" > said.txt 2>&1
            code=$?; cat said.txt; echo \"= $code\"
        }
        again
        kill $cameras; wait $cameras 2> /dev/null
        $oakc emulate --ip 127.0.0.2 --fleet 2 > emulate.log 2>&1 & cameras=$!
        for _ in $(seq 200); do grep -q '^listening' emulate.log && break; sleep 0.05; done
        again
        again --expect 3
        again --expect 2
        again
        cat \"$OAKC_CACHE/cameras.json\"
    ";
    let Some(ran) = script(&bench.app, "--ip 127.0.0.2 --fleet 3", flash) else {
        return;
    };
    let text = flat(&ran.stdout);
    let runs: Vec<_> = text.split("= ").collect();
    let [first, missing, expected, fewer, then, file] = &runs[..] else {
        panic!("{text}");
    };
    assert!(first.contains("3 of 3 cameras flashed"), "{text}");
    assert!(missing.starts_with('0'), "{text}");
    let says = "1 of 3 cameras that there were the last time do not answer: 127.0.0.4";
    assert!(
        missing.contains(says) && missing.contains("--expect 2"),
        "{text}"
    );
    assert!(missing.contains("no camera answers at 127.0.0.4"), "{text}");
    assert!(missing.contains("2 of 3 cameras flashed"), "{text}");
    assert!(expected.starts_with('3'), "{text}");
    let says = "2 cameras answer, but 3 were expected; nothing was done";
    assert!(
        expected.contains(says) && expected.contains("127.0.0.4 0AC0"),
        "{text}"
    );
    assert!(
        fewer.starts_with('3') && fewer.contains("2 of 2 cameras flashed"),
        "{text}"
    );
    assert!(
        then.starts_with('0') && then.contains("2 of 2 cameras flashed"),
        "{text}"
    );
    assert!(
        file.starts_with('0') && !file.contains("127.0.0.4"),
        "{text}"
    );
}

#[test]
fn two_cameras_with_one_name_are_refused_and_both_are_named() {
    let bench = Bench::new(1000);
    let twins = "
        $oakc emulate --ip 127.0.0.3 --mxid 18443010D1B2C30F00 > second.log 2>&1 & second=$!
        trap 'kill $cameras $second' EXIT
        for _ in $(seq 200); do grep -q '^listening' second.log && break; sleep 0.05; done
        for command in 'flash out/app.dap --all --yes' 'flash out/app.dap' 'devices' \\
            'flash out/app.dap --device 18443010D1B2C30F00' 'device info --device 18443010D1B2C30F00' \\
            'flash out/app.dap --device 127.0.0.2 --device 127.0.0.3'; do
            said=$($oakc $command 2>&1); code=$?
            echo \"$code $said\" | tr '\\n' ' '; echo
        done
    ";
    let Some(ran) = script(
        &bench.app,
        "--ip 127.0.0.2 --mxid 18443010D1B2C30F00",
        twins,
    ) else {
        return;
    };
    let lines: Vec<_> = ran.stdout.lines().map(flat).collect();
    assert_eq!(lines.len(), 6, "{ran:?}");
    for line in lines {
        let says =
            "two cameras, at 127.0.0.2 and at 127.0.0.3, both have the MXID 18443010D1B2C30F00";
        assert!(line.starts_with('3') && line.contains(says), "{line}");
    }
}
