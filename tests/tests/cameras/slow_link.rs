//! A link through half the world: 10 Mbit/s, 200 ms, and 2 % of the packets lost.

use super::*;

#[test]
fn signs_of_life_come_through_a_slow_link_in_time() {
    let bench = Bench::new(1_500_000);
    let slow = "
        ip link set lo mtu 1500
        if ! tc qdisc add dev lo root netem delay 200ms loss 2% rate 10mbit 2> /dev/null; then
            echo no netem >&2
            tc qdisc add dev lo root tbf rate 10mbit burst 16kb latency 400ms || exit 77
        fi
        $oakc flash out/app.dap --device 127.0.0.2 --format json
    ";
    // A camera that loses patience restarts, and that would cost an attempt.
    let emulate = "--ip 127.0.0.2 --flash nor.img --watchdog 1500";
    let Some(ran) = script(&bench.app, emulate, slow) else {
        return;
    };
    let ran = ran.exits(0);
    if ran.stderr.contains("no netem") {
        skipped("this kernel has no netem: 10 Mbit/s, but without delay and loss");
    }
    let camera = &cameras(&ran)[0];
    let came = (&camera["state"], &camera["attempts"]);
    assert_eq!(came, (&json!("running"), &json!(1)), "{ran:?}");
    assert!(bench.holds_the_package());
}
