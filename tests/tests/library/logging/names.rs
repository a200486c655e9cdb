//! A receiver with a name, which the camera looks up at a DNS server of this machine.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::*;

/// A DNS server that says nothing to the first questions, and then that every name is this machine, or that there is none.
struct Server {
    port: u16,
    asked: Arc<AtomicU32>,
}

impl Server {
    fn new(silent: u32, knows: bool) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let port = socket.local_addr().unwrap().port();
        let asked = Arc::new(AtomicU32::new(0));
        let count = Arc::clone(&asked);
        thread::spawn(move || {
            let mut buffer = [0; 512];
            while let Ok((size, from)) = socket.recv_from(&mut buffer) {
                if count.fetch_add(1, Ordering::SeqCst) >= silent {
                    let _ = socket.send_to(&answer(&buffer[..size], knows), from);
                }
            }
        });
        Self { port, asked }
    }

    /// The section for it, and for a receiver that it knows.
    fn sections(&self, receiver: u16, more: &str) -> String {
        format!(
            "[network]\ndns = [\"127.0.0.1:{}\"]\n[logging]\nudp = \"PC.lan:{receiver}\"\n{more}",
            self.port
        )
    }
}

fn answer(question: &[u8], knows: bool) -> Vec<u8> {
    let (flags, answers) = if knows { (0x80, 1) } else { (0x83, 0) };
    let mut answer = [&question[..2], &[0x81, flags, 0, 1, 0, answers, 0, 0, 0, 0]].concat();
    answer.extend(&question[12..]);
    if knows {
        answer.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 127, 0, 0, 1]);
    }
    answer
}

#[test]
fn what_was_said_before_the_receiver_had_an_address_is_heard_and_so_is_the_end() {
    if interpreter().is_none() {
        return;
    }
    let (receiver, server) = (Receiver::new(), Server::new(1, true));
    let text = asset(
        "node.info('hello')\nraise ValueError('gone')\n",
        &server.sections(receiver.port, ""),
        "LEON_CSS",
    );
    let outcome = run(&text, Processor::Css, Duration::from_mins(1));
    assert_eq!(outcome.raised.unwrap().class, "ValueError");
    let messages = receiver.all();
    let kinds: Vec<_> = messages.iter().map(Message::kind).collect();
    assert_eq!(kinds, ["start", "log", "exception"]);
    let numbers: Vec<_> = messages.iter().map(|it| it.fact("seq")).collect();
    assert_eq!(numbers, ["1", "2", "3"]);
}

#[test]
fn a_name_that_nobody_knows_holds_up_nothing() {
    if interpreter().is_none() {
        return;
    }
    let (receiver, server) = (Receiver::new(), Server::new(0, false));
    let script = "for number in range(1000):\n    node.info('x' * 1000)\nprint('done')\n";
    let text = asset(script, &server.sections(receiver.port, ""), "LEON_CSS");
    let outcome = run(&text, Processor::Css, Duration::from_mins(1));
    assert_eq!((outcome.raised, outcome.expired), (None, false));
    assert!(outcome.stdout.ends_with("done\n"), "{}", outcome.stdout);
    assert!(server.asked.load(Ordering::SeqCst) > 0);
    assert!(receiver.all().is_empty());
}

#[test]
fn each_run_of_a_script_has_its_own_dns_and_the_log_keeps_the_one_of_the_configuration() {
    if interpreter().is_none() {
        return;
    }
    let (receiver, server) = (Receiver::new(), Server::new(0, true));
    let script = "from oakc import dns\nassert 'x' not in dns.__dict__\ndns.x = 1\n\
                  dns.configure(servers=[], hosts={'pc.lan': '240.0.0.1'})\nprint(dns.resolve('pc.lan'))\nraise ValueError\n";
    let sections = server.sections(receiver.port, "restart = true\nheartbeat = \"0s\"\n");
    let text = asset(script, &sections, "LEON_CSS");
    let outcome = run(&text, Processor::Css, Duration::from_millis(2500));
    assert!(outcome.expired, "{outcome:?}");
    let messages = receiver.all();
    let told = told(&messages);
    let printed = told.iter().filter(|it| it.2 == "['240.0.0.1']");
    assert!(printed.count() >= 2, "{told:?}");
    let failed = messages.iter().filter(|it| it.kind() == "exception");
    assert!(failed.clone().count() >= 2, "{told:?}");
    assert!(
        messages
            .iter()
            .all(|it| it.fact("class") != "AssertionError"),
        "{told:?}"
    );
}

/// docs/logging.md says so.
#[test]
fn a_name_costs_what_looks_it_up_and_only_once() {
    let cost = |script: &str, host: &str| {
        let sections = format!("[network]\ndns = [\"192.168.1.1\"]\n[logging]\nudp = \"{host}\"\n");
        asset(script, &sections, "LEON_CSS").len()
    };
    let added = |script: &str| cost(script, "pc.lan") - cost(script, "192.168.1.10");
    let plain = added("node.info('x')\n");
    assert!((13_500..14_500).contains(&plain), "{plain}");
    let with_dns = added("from oakc import dns\nnode.info('x')\n");
    assert!(with_dns < 100, "{with_dns}");
}
