//! Why nothing is shown, for whoever waits for the first message.
//!
//! In: for how long nothing was shown, and what has come meanwhile. Out: what may be wrong, in words, once.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use oakc_logs::Totals;

/// How long to wait for the first message: three heartbeats as they are by default.
const PATIENCE: Duration = Duration::from_secs(30);
/// The most addresses of this machine that are named.
const MOST_ADDRESSES: usize = 4;

/// What may be wrong, where it is time to say it and nothing was shown yet.
pub(super) fn reason(
    waited: Duration,
    totals: &Totals,
    listening: SocketAddr,
    own: impl FnOnce() -> Vec<Ipv4Addr>,
) -> Option<String> {
    if waited < PATIENCE {
        return None;
    }
    let seconds = PATIENCE.as_secs();
    Some(match (totals.messages, totals.malformed) {
        (0, 0) => {
            let port = listening.port();
            format!(
                "nothing has come for {seconds} s: a camera sends its log to `udp` of its [logging], which has to be {}, and a \
                 firewall here must let UDP port {port} in",
                addresses(listening, &own())
            )
        }
        (0, 1) => {
            format!("nothing to show for {seconds} s: 1 datagram has come, and it is not syslog")
        }
        (0, count) => format!(
            "nothing to show for {seconds} s: {count} datagrams have come, and none of them is syslog"
        ),
        (1, _) => format!(
            "nothing to show for {seconds} s: 1 message has come, and --camera, --node, --level or --text leave it out"
        ),
        (count, _) => format!(
            "nothing to show for {seconds} s: {count} messages have come, and --camera, --node, --level or --text leave all of them out"
        ),
    })
}

/// What a camera may be told.
fn addresses(listening: SocketAddr, own: &[Ipv4Addr]) -> String {
    let port = listening.port();
    let at = |ip: &dyn std::fmt::Display| format!("{ip}:{port}");
    match listening.ip() {
        IpAddr::V4(ip) if !ip.is_unspecified() => return at(&ip),
        _ if own.is_empty() || own.len() > MOST_ADDRESSES => {
            return format!("an address of this machine and port {port}");
        }
        _ => {}
    }
    let own: Vec<_> = own.iter().map(|ip| at(ip)).collect();
    own.join(" or ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(messages: u64, malformed: u64, listening: &str, own: &[[u8; 4]]) -> Option<String> {
        let totals = Totals {
            messages,
            malformed,
            ..Totals::default()
        };
        let own = || own.iter().map(|&it| it.into()).collect();
        reason(PATIENCE, &totals, listening.parse().unwrap(), own)
    }

    #[test]
    fn what_has_come_decides_what_may_be_wrong() {
        let own = [[192, 168, 1, 10], [10, 0, 0, 2]];
        for (messages, malformed, listening, expected) in [
            (
                0,
                0,
                "0.0.0.0:5514",
                "has to be 192.168.1.10:5514 or 10.0.0.2:5514, and a firewall",
            ),
            (
                0,
                0,
                "192.168.1.10:6000",
                "has to be 192.168.1.10:6000, and a firewall here must let UDP port 6000 in",
            ),
            (
                0,
                3,
                "0.0.0.0:5514",
                "3 datagrams have come, and none of them is syslog",
            ),
            (
                7,
                3,
                "0.0.0.0:5514",
                "7 messages have come, and --camera, --node, --level or --text leave all",
            ),
        ] {
            let text = said(messages, malformed, listening, &own).unwrap();
            assert!(text.contains(expected), "{text}");
        }
        let many = [[10, 0, 0, 1]; 9];
        let text = said(0, 0, "[::]:5514", &many).unwrap();
        assert!(
            text.contains("an address of this machine and port 5514"),
            "{text}"
        );
    }

    #[test]
    fn nothing_is_said_too_early() {
        let early = PATIENCE.checked_sub(Duration::from_millis(1)).unwrap();
        let listening = "0.0.0.0:5514".parse().unwrap();
        assert_eq!(reason(early, &Totals::default(), listening, Vec::new), None);
    }
}
