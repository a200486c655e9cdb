//! The likeliest cause that commands name when they find no camera, or cannot connect to it.

use super::*;

#[test]
fn a_command_that_finds_no_camera_names_the_likeliest_cause_and_the_command_that_looks_further() {
    let script = "
        switch lan; plug lan h0; address h0 192.168.7.1/24; plug lan h1; address h1 192.168.7.2/24
        $oakc devices
        $oakc device info 192.168.7.50 --timeout 1
        $oakc device info --timeout 1
        $oakc device info 18443010D1B2C30F00 --timeout 1
        $oakc devices 192.168.7.50
        $oakc flash out/app.dap --timeout 1 --device 192.168.7.50
    ";
    let app = App::small();
    app.build().exits(0);
    let Some(ran) = in_network(&app, script) else {
        return;
    };
    let cause = "the likeliest cause: h0 and h1 are both in the network 192.168.7.0/24; try: sudo ip link set h1 down";
    assert_eq!(ran.stderr.matches(cause).count(), 6, "{ran:#?}");
    for (named, count) in [
        ("`oakc doctor` looks further", 2),
        ("`oakc doctor 192.168.7.50` looks further", 3),
        ("`oakc doctor 18443010D1B2C30F00` looks further", 1),
    ] {
        assert_eq!(
            ran.stderr.matches(named).count(),
            count,
            "{named}: {ran:#?}"
        );
    }
}

#[test]
fn without_a_cause_that_can_be_seen_the_command_that_looks_further_is_named() {
    let app = App::new();
    let ip = super::super::cameras::address().to_string();
    app.run(&["device", "info", &ip, "--timeout", "1"])
        .exits(3)
        .says(&format!("`oakc doctor {ip}` looks for the cause"));
}

#[test]
fn a_camera_on_usb_is_not_for_this_command() {
    App::new()
        .run(&["doctor", "usb:1.2"])
        .exits(2)
        .says("`oakc devices` lists cameras on USB");
}
