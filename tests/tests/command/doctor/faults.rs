//! Networks with one fault: it is what the first finding names.

use super::*;

/// What is wrong, the name of the check that finds it, and how it comes about.
type Case = (&'static str, &'static str, &'static str);

/// The functions `lan`, which makes a host at 192.168.7.1 on the switch `lan`, and `far`, which puts a camera behind
/// the relay that the tests of slow links use.
fn functions() -> String {
    let relay = concat!(env!("CARGO_MANIFEST_DIR"), "/reference/far_link.py");
    format!(
        "lan() {{ switch lan; plug lan h0; address h0 192.168.7.1/24; }}
         far() {{
            python3 {relay} \"$@\" $oakc emulate --ip 10.9.0.2 > far.log 2>&1 & started=\"$started $!\"
            for _ in $(seq 200); do grep -q '^listening' far.log && break; sleep 0.02; done
            grep -q '^listening' far.log || exit 77
         }}"
    )
}

/// All at once: most of the time they wait.
#[test]
fn each_fault_is_what_the_first_finding_names() {
    if !has_program("nft") || !has_program("iptables") {
        return;
    }
    let functions = functions();
    let cases = [ADDRESSES, ROUTES, FIREWALLS, CAMERAS].concat();
    std::thread::scope(|scope| {
        let run = |(name, check, script): &Case| {
            let (name, check, script) = (*name, *check, format!("{functions}\n{script}"));
            scope.spawn(move || (name, check, in_network(&App::new(), &script)))
        };
        let running: Vec<_> = cases.iter().map(run).collect();
        for thread in running {
            let (name, check, ran) = thread.join().unwrap();
            let Some(ran) = ran else { continue };
            let found = findings(&ran);
            let first = found.first().map(|(name, _)| name.as_str());
            assert_eq!(first, Some(check), "{name}: {ran:#?}");
            assert!(ran.stderr.contains("exit code 1"), "{name}: {ran:#?}");
            let errors = schema_errors(&ran);
            assert!(errors.is_empty(), "{name}: {errors:#?}");
        }
    });
}

const ADDRESSES: &[Case] = &[
        (
            "a camera in another network",
            "other-network",
            "lan; camera lan 192.168.8.50/24; doctor 192.168.8.50",
        ),
        (
            "a camera with a link-local address",
            "no-link-local",
            "lan; camera lan 169.254.1.222/16; doctor",
        ),
        (
            "a camera with a link-local address, which is named",
            "no-link-local",
            "lan; camera lan 169.254.1.222/16; doctor 169.254.1.222",
        ),
        (
            "another machine with the address of the camera",
            "taken-address",
            // The camera tells nobody where it is, so everybody finds the other machine.
            "lan; camera lan 192.168.7.50/24
             inside $machine sysctl -qw net.ipv4.conf.all.arp_ignore=8
             inside $machine ip neigh replace 192.168.7.1 lladdr $(cat /sys/class/net/h0/address) dev c1
             machine lan 192.168.7.50/24; doctor",
        ),
        (
            "two cameras on a switch without DHCP",
            "shared-address",
            "switch lan; plug lan h0; address h0 169.254.1.1/16
             camera lan 169.254.1.222/16 --mxid 18443010D1B2C30F00
             camera lan 169.254.1.222/16 --mxid 18443010D1B2C30F01; doctor",
        ),
        (
            "the address of the camera on this machine",
            "own-address",
            "switch lan; plug lan h0; address h0 169.254.1.222/16; camera lan 169.254.1.222/16; doctor",
        ),
        (
            "a cable that leads nowhere",
            "no-network",
            "lan; inside lan ip link set p1 down; doctor",
        ),
        (
            "two interfaces in one network, and the camera at the other",
            "same-network-twice",
            "lan; switch other; plug other h1; address h1 192.168.7.2/24
             camera other 192.168.7.50/24; doctor 192.168.7.50",
        ),
        (
            "two interfaces at one switch",
            "same-network-twice",
            "lan; plug lan h1; address h1 192.168.7.2/24; camera lan 192.168.7.50/24; doctor",
        ),
    ];

const ROUTES: &[Case] = &[
        (
            "a VPN that takes the network of the camera",
            "vpn",
            "lan; camera lan 192.168.7.50/24; tunnel tun0 10.8.0.2/24; ip route add 192.168.7.0/25 dev tun0
             doctor 192.168.7.50",
        ),
        (
            "a VPN that takes the network of a camera that is not named",
            "vpn",
            "lan; camera lan 192.168.7.50/24; tunnel tun0 10.8.0.2/24; ip route add 192.168.7.0/25 dev tun0
             doctor",
        ),
        (
            "a VPN that is the default route to a camera elsewhere",
            "vpn",
            "lan; camera lan 192.168.8.50/24; tunnel tun0 10.8.0.2/24; ip route add default dev tun0
             doctor 192.168.8.50",
        ),
        (
            "answers that come in by another interface than questions leave by",
            "reverse-path",
            "lan; camera lan 192.168.7.50/24; switch other; plug other h1; address h1 10.0.0.1/24
             ip route add 192.168.7.50/32 dev h1
             sysctl -qw net.ipv4.conf.h0.rp_filter=1; doctor 192.168.7.50",
        ),
    ];

const FIREWALLS: &[Case] = &[
        (
            "a rule of nftables against discovery",
            "firewall",
            "lan; nft add table inet t
             nft add chain inet t out '{ type filter hook output priority 0; policy accept; }'
             nft add rule inet t out udp dport '{ 53, 11491 }' drop
             camera lan 192.168.7.50/24; doctor",
        ),
        (
            "a rule of nftables against discovery of a camera that is named",
            "firewall",
            "lan; nft add table inet t
             nft add chain inet t out '{ type filter hook output priority 0; policy accept; }'
             nft add rule inet t out udp dport '{ 53, 11491 }' drop
             camera lan 192.168.7.50/24; doctor 192.168.7.50",
        ),
        (
            "a rule of nftables that only the administrator may see",
            "firewall",
            "lan; nft add table inet t
             nft add chain inet t out '{ type filter hook output priority 0; policy accept; }'
             nft add rule inet t out udp dport 11491 drop
             camera lan 192.168.7.50/24; as=$nobody doctor 192.168.7.50",
        ),
        (
            "a policy of nftables that lets only replies in",
            "firewall",
            "lan; nft add table inet t
             nft add chain inet t in '{ type filter hook input priority 0; policy drop; }'
             nft add rule inet t in ct state established,related accept
             nft add rule inet t in iifname lo accept
             camera lan 192.168.7.50/24; doctor",
        ),
        (
            "a policy of iptables that lets only replies in, and a camera that is named",
            "firewall",
            "lan; iptables -P INPUT DROP
             iptables -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
             camera lan 192.168.7.50/24; doctor 192.168.7.50",
        ),
        (
            "a rule of iptables against connections",
            "firewall",
            "lan; iptables -A OUTPUT -p tcp --dport 11490 -j REJECT; camera lan 192.168.7.50/24; doctor",
        ),
        (
            "a rule of iptables against answers",
            "firewall",
            "lan; iptables -A INPUT -p udp --sport 11491 -j DROP; camera lan 192.168.7.50/24; doctor 192.168.7.50",
        ),
        (
            "large packets that get lost on the way",
            "lost-large-packets",
            "lan; camera lan 192.168.7.50/24
             inside $machine nft add table inet t
             inside $machine nft add chain inet t in '{ type filter hook input priority 0; policy accept; }'
             inside $machine nft add rule inet t in ip length gt 1400 drop
             doctor 192.168.7.50",
        ),
    ];

const CAMERAS: &[Case] = &[
    (
        "a machine that is not a camera",
        "no-discovery",
        "lan; machine lan 192.168.7.50/24; doctor 192.168.7.50",
    ),
    ("nobody at an address", "silent", "lan; doctor 192.168.7.50"),
    (
        "an MXID that nobody has",
        "unknown-mxid",
        "lan; camera lan 192.168.7.50/24; doctor 18443010D1B2C30F00",
    ),
    (
        "nobody at all",
        "nobody",
        "lan; address h0 169.254.1.1/16; doctor",
    ),
    (
        "a camera that another host holds",
        "no-connection",
        "lan; camera lan 192.168.7.50/24 --watchdog 100000
             python3 -c \"
import socket, time
held = socket.create_connection(('192.168.7.50', 11490))
held.sendall(bytes([11, 0, 0, 0, 5, 0, 0, 0]) + bytes(76))
held.recv(84)
open('held', 'w').close()
time.sleep(100)\" & started=\"$started $!\"
             for _ in $(seq 200); do [ -e held ] && break; sleep 0.02; done
             doctor 192.168.7.50 --probe",
    ),
    (
        "an old bootloader",
        "old-bootloader",
        "lan; camera lan 192.168.7.50/24 --version 0.0.22; doctor --probe",
    ),
    (
        "a bootloader that can ruin the camera",
        "dangerous-bootloader",
        "lan; camera lan 192.168.7.50/24 --version 0.0.13; doctor --probe",
    ),
    (
        "an interface that carries only small packets",
        "small-mtu",
        "lan; ip link set h0 mtu 1400; camera lan 192.168.7.50/24; doctor",
    ),
    (
        "loss",
        "loss",
        "far --megabits 100 --delay 0.001 --loss 0.15; doctor 10.9.0.2",
    ),
    (
        "delay",
        "latency",
        "far --megabits 100 --delay 0.03 --loss 0; doctor 10.9.0.2",
    ),
    (
        "a link that is slow, and is measured",
        "slow-reading",
        "far --megabits 20 --delay 0.0005 --loss 0; doctor 10.9.0.2 --probe",
    ),
];

#[test]
fn an_application_that_crashes_over_and_over_is_found_first() {
    let app = App::small();
    app.build().exits(0);
    let script = "
        lan; camera lan 192.168.7.50/24 --fault crash:400
        $oakc flash out/app.dap --device 192.168.7.50 --no-boot > /dev/null 2>&1
        watch=4 doctor";
    let Some(ran) = in_network(&app, &format!("{}\n{script}", functions())) else {
        return;
    };
    let first = findings(&ran).into_iter().next();
    assert_eq!(
        first.map(|(check, _)| check).as_deref(),
        Some("flapping"),
        "{ran:#?}"
    );
}

#[test]
fn no_camera_is_connected_to_unless_that_was_asked_for() {
    let script = "lan; camera lan 192.168.7.50/24 --boot-time 60000
        doctor; doctor 192.168.7.50 192.168.7.51
        # Whoever was connected to is away for a minute now.
        $oakc devices --quick --format json";
    let Some(ran) = in_network(&App::new(), &format!("{}\n{script}", functions())) else {
        return;
    };
    let last = ran.stdout.lines().last().unwrap_or_default();
    assert!(last.contains("\"bootloader\""), "{ran:#?}");
}

/// Uncompressed 4K images: 3 Gbit/s, in packets of 1300 bytes.
const LARGE: &str = "\
[app]
name = \"large\"

[board]
network.mtu = 1300

[nodes.cam]
type = \"ColorCamera\"
resolution = \"THE_4_K\"
fps = 30

[nodes.out]
type = \"Script\"
processor = \"LEON_CSS\"
source = \"out.py\"
inputs.frames = { from = \"cam.isp\", queue_size = 2, blocking = false }
";

const OUT: &str = "\
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
while True:
    s.sendto(node.io['frames'].get().getData()[:1000], ('192.168.7.1', 9000))
";

#[test]
fn what_an_application_sends_is_compared_with_what_the_way_carries() {
    let app = App::new();
    app.file("app.toml", LARGE);
    app.file("out.py", OUT);
    let script = "
        lan; camera lan 192.168.7.50/24; ip link set h0 mtu 1400
        doctor --app app.toml > with.json; doctor
        cat with.json >&2";
    let Some(ran) = in_network(&app, &format!("{}\n{script}", functions())) else {
        return;
    };
    let without = findings(&ran);
    assert_eq!(
        without.first().map(|(check, _)| check.as_str()),
        Some("small-mtu"),
        "{ran:#?}"
    );
    let with = Ran {
        stdout: ran.stderr.clone(),
        ..ran
    };
    let with: Vec<_> = findings(&with)
        .into_iter()
        .map(|(check, _)| check)
        .collect();
    assert_eq!(with, ["overloaded-link"]);
}

#[test]
fn what_only_the_administrator_may_see_is_listed_as_not_seen() {
    if !has_program("nft") {
        return;
    }
    let script = "lan; camera lan 192.168.7.50/24; as=$nobody doctor";
    let Some(ran) = in_network(&App::new(), &format!("{}\n{script}", functions())) else {
        return;
    };
    assert_eq!(findings(&ran), [], "{ran:#?}");
    let unseen = object(&ran)["unseen"].to_string();
    assert!(unseen.contains("sudo oakc doctor"), "{ran:#?}");
    assert!(unseen.contains("oakc doctor --probe"), "{ran:#?}");
}

#[test]
fn where_it_cannot_look_the_exit_code_says_so() {
    let script = "(ulimit -n 5; exec $oakc doctor > out.txt); echo \"code $?\"; cat out.txt";
    let Some(ran) = in_network(&App::new(), script) else {
        return;
    };
    assert_eq!(ran.stdout, "code 3\n", "{ran:#?}");
    assert!(
        ran.stderr
            .contains("the network of this machine cannot be used"),
        "{ran:#?}"
    );
}
