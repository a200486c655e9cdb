//! A link through half the world: 10 Mbit/s, 200 ms there and back, and 2 % of the packets lost in
//! each direction.

use oakc_tests::reference::folder;

use super::*;

/// Signs of life that stand behind data are late each time; on a machine that has other things to do
/// now and then.
const TRIES: u32 = 3;

#[test]
fn signs_of_life_come_through_a_slow_link_in_time() {
    for _ in 0..TRIES {
        match attempts_over_the_link() {
            None | Some(1) => return,
            Some(_) => {}
        }
    }
    panic!("the camera has lost patience {TRIES} times");
}

/// `None` where this system has no such link.
fn attempts_over_the_link() -> Option<u64> {
    let bench = Bench::new(800_000);
    let link = folder().join("far_link.py");
    let link = format!(
        "python3 -B '{}' --megabits 10 --delay 0.1 --loss 0.02",
        link.display()
    );
    // A camera that loses patience restarts, and that costs an attempt.
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
