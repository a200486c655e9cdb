//! A link halfway round the world: 10 Mbit/s, a round trip of 200 ms, and 2 % packet loss in each
//! direction.

use oakc_tests::reference::folder;

use super::*;

/// Pings that queue behind data would be late every time; on a busy machine, pings are late now and then.
const TRIES: u32 = 3;

#[test]
fn pings_come_through_a_slow_link_in_time() {
    for _ in 0..TRIES {
        match attempts_over_the_link() {
            None | Some(1) => return,
            Some(_) => {}
        }
    }
    panic!("the watchdog of the camera has expired {TRIES} times");
}

/// `None` if this system cannot simulate such a link.
fn attempts_over_the_link() -> Option<u64> {
    let bench = Bench::new(800_000);
    let link = folder().join("far_link.py");
    let link = format!(
        "python3 -B '{}' --megabits 10 --delay 0.1 --loss 0.02",
        link.display()
    );
    // A camera whose watchdog expires restarts, and that costs an attempt.
    let emulate = "$oakc emulate --ip 10.9.0.2 --flash nor.img --watchdog 1500";
    let flash = "
        grep 'no TUN' emulate.log && exit 77
        $oakc flash out/app.dap --device 10.9.0.2 --format json
    ";
    let ran = script_beside(&bench.app, &format!("{link} {emulate}"), flash)?;
    let ran = ran.exits(0);
    let camera = &cameras(&ran)[0];
    assert_eq!(camera["state"], "running", "{ran:?}");
    assert!(bench.holds_the_package());
    camera["attempts"].as_u64()
}
