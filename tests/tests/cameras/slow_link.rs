//! A link through half the world: 10 Mbit/s, 200 ms there and back, and 2 % of the packets lost in
//! each direction.

use oakc_tests::reference::folder;

use super::*;

#[test]
fn signs_of_life_come_through_a_slow_link_in_time() {
    let bench = Bench::new(800_000);
    let link = folder().join("far_link.py");
    let link = format!(
        "python3 -B '{}' --megabits 10 --delay 0.1 --loss 0.02",
        link.display()
    );
    // A camera that loses patience restarts, and that would cost an attempt.
    let emulate = "$oakc emulate --ip 10.9.0.2 --flash nor.img --watchdog 1500";
    let flash = "
        grep 'no TUN' emulate.log && exit 77
        $oakc flash out/app.dap --device 10.9.0.2 --format json
    ";
    let Some(ran) = script_beside(&bench.app, &format!("{link} {emulate}"), flash) else {
        return;
    };
    let ran = ran.exits(0);
    let camera = &cameras(&ran)[0];
    let came = (&camera["state"], &camera["attempts"]);
    assert_eq!(came, (&json!("running"), &json!(1)), "{ran:?}");
    assert!(bench.holds_the_package());
}
