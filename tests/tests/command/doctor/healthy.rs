//! Networks in which nothing is wrong, of twenty shapes: nothing is found.

use super::*;

/// What is in the network, and how the doctor is asked.
const SHAPES: [(&str, &str); 20] = [
    (
        "an ordinary network",
        "lan; camera lan 192.168.7.50/24; doctor",
    ),
    (
        "one camera that is named",
        "lan; camera lan 192.168.7.50/24; doctor 192.168.7.50",
    ),
    (
        "a large network",
        "lan; address h0 10.1.2.3/8; camera lan 10.200.1.1/8; doctor 10.200.1.1",
    ),
    (
        "a small network",
        "lan; address h0 10.0.0.1/30; camera lan 10.0.0.2/30; doctor 10.0.0.2",
    ),
    (
        "a running application",
        "lan; camera lan 192.168.7.50/24 --state flash_booted; doctor",
    ),
    (
        "several cameras",
        "lan; for i in 1 2 3; do camera lan 192.168.7.5$i/24; done; doctor",
    ),
    (
        "a camera by its MXID",
        "lan; camera lan 192.168.7.50/24 --mxid 18443010D1B2C30F00; doctor 18443010D1B2C30F00",
    ),
    (
        "a camera that is asked",
        "lan; camera lan 192.168.7.50/24; doctor --probe",
    ),
    (
        "a second card in another network",
        "lan; camera lan 192.168.7.50/24; switch b; plug b h1; address h1 10.0.0.1/24; doctor",
    ),
    (
        "cameras in two networks",
        "lan; camera lan 192.168.7.50/24; switch b; plug b h1; address h1 10.0.0.1/24; camera b 10.0.0.50/24; doctor",
    ),
    (
        "several addresses on one card",
        "lan; address h0 10.0.0.1/24; address h0 169.254.1.1/16; camera lan 10.0.0.50/24; doctor",
    ),
    (
        "a card without a cable besides",
        "lan; camera lan 192.168.7.50/24; switch b; plug b h1; inside b ip link set p3 down; doctor",
    ),
    (
        "a VPN into another network",
        "lan; camera lan 192.168.7.50/24; tunnel tun0 10.8.0.2/24; ip route add 10.0.0.0/8 dev tun0; doctor",
    ),
    (
        "a VPN that is the default route",
        "lan; camera lan 192.168.7.50/24; tunnel tun0 10.8.0.2/24; ip route add 0.0.0.0/1 dev tun0; ip route add 128.0.0.0/1 dev tun0; doctor 192.168.7.50",
    ),
    (
        "a network of containers",
        "lan; camera lan 192.168.7.50/24; ip link add docker0 type bridge; address docker0 172.17.0.1/16; ip link set docker0 up; doctor",
    ),
    (
        "strict filtering with one card",
        "lan; sysctl -qw net.ipv4.conf.all.rp_filter=1; camera lan 192.168.7.50/24; doctor 192.168.7.50",
    ),
    (
        "a camera behind a router",
        "lan; machine lan 192.168.7.254/24; switch b; plug b r1 machine1; address r1 10.0.0.254/24 machine1; inside machine1 sysctl -qw net.ipv4.ip_forward=1; ip route add default via 192.168.7.254; camera b 10.0.0.50/24; inside $machine ip route add default via 10.0.0.254; doctor 10.0.0.50",
    ),
    (
        "rules of nftables for something else",
        "lan; nft add table inet t; nft add chain inet t out '{ type filter hook output priority 0; policy accept; }'; nft add rule inet t out tcp dport 25 drop; nft add rule inet t out udp dport 11491 ip daddr 10.0.0.0/8 drop; camera lan 192.168.7.50/24; doctor",
    ),
    (
        "a policy of nftables with an exception for cameras",
        "lan; nft add table inet t; nft add chain inet t in '{ type filter hook input priority 0; policy drop; }'; nft add rule inet t in ct state vmap '{ established : accept, related : accept, invalid : drop }'; nft add rule inet t in udp sport 11491 accept; camera lan 192.168.7.50/24; doctor",
    ),
    (
        "a policy of iptables with an exception for cameras",
        "lan; iptables -P INPUT DROP; iptables -A INPUT -i lo -j ACCEPT; iptables -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT; iptables -A INPUT -p udp --sport 11491 -j ACCEPT; camera lan 192.168.7.50/24; doctor",
    ),
];

#[test]
fn nothing_is_found_in_a_healthy_network() {
    if !has_program("nft") || !has_program("iptables") {
        return;
    }
    let lan = "lan() { switch lan; plug lan h0; address h0 192.168.7.1/24; }";
    std::thread::scope(|scope| {
        let run = |(name, script): &(&'static str, &'static str)| {
            let (name, script) = (*name, format!("{lan}\n{script}"));
            scope.spawn(move || (name, in_network(&App::new(), &script)))
        };
        let running: Vec<_> = SHAPES.iter().map(run).collect();
        for thread in running {
            let (name, ran) = thread.join().unwrap();
            let Some(ran) = ran else { continue };
            let wrong = findings(&ran)
                .into_iter()
                .filter(|(_, severity)| severity != "hint");
            assert_eq!(wrong.collect::<Vec<_>>(), [], "{name}: {ran:#?}");
            assert!(ran.stderr.contains("exit code 0"), "{name}: {ran:#?}");
            let errors = schema_errors(&ran);
            assert!(errors.is_empty(), "{name}: {errors:#?}");
        }
    });
}
