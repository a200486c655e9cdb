//! What `iptables-save` prints, read: text in, rules out. Only the table `filter` decides what passes.

use super::{Chain, Condition, Direction, Program, Rule, Ruleset, Verdict, What, network};

/// Reads the rules.
pub fn read(text: &str) -> Option<Ruleset> {
    let (_, table) = text.split_once("*filter\n")?;
    let mut set = Ruleset {
        program: Program::Iptables,
        table: "filter".to_owned(),
        chains: Vec::new(),
    };
    for line in table.lines().take_while(|line| *line != "COMMIT") {
        if let Some(declared) = line.strip_prefix(':') {
            set.chains.extend(chain(declared));
        } else if let Some(appended) = line.strip_prefix("-A ")
            && let Some((name, text)) = appended.split_once(' ')
            && let Some(chain) = set.chains.iter_mut().find(|chain| chain.name == name)
        {
            chain.rules.push(rule(line, text));
        }
    }
    Some(set)
}

fn chain(declared: &str) -> Option<Chain> {
    let mut words = declared.split_whitespace();
    let (name, policy) = (words.next()?, words.next()?);
    Some(Chain {
        name: name.to_owned(),
        hook: match name {
            "INPUT" => Some(Direction::In),
            "OUTPUT" => Some(Direction::Out),
            _ => None,
        },
        drops: policy == "DROP",
        rules: Vec::new(),
    })
}

fn rule(line: &str, text: &str) -> Rule {
    let mut rule = Rule {
        text: line.to_owned(),
        ..Rule::default()
    };
    let mut words = words(text).into_iter().peekable();
    let mut negated = false;
    while let Some(word) = words.next() {
        if word == "!" {
            negated = true;
            continue;
        }
        // Options without a value are conditions or details of verdicts.
        let has_value = words
            .peek()
            .is_some_and(|next| !next.starts_with('-') && next != "!");
        let value = if has_value { words.next() } else { None };
        let value = value.unwrap_or_default();
        match word.as_str() {
            "-j" => rule.verdict = verdict(&value, false),
            "-g" => rule.verdict = verdict(&value, true),
            // Which words are known; those of a comment mean nothing.
            "-m" | "--match" | "--comment" | "--reject-with" | "--log-prefix" | "--log-level" => {}
            _ => rule.conditions.push(Condition {
                what: what(&word, &value),
                negated,
            }),
        }
        negated = false;
    }
    rule
}

fn verdict(target: &str, is_goto: bool) -> Verdict {
    match target {
        "ACCEPT" => Verdict::Accept,
        "DROP" | "REJECT" => Verdict::Drop,
        "RETURN" => Verdict::Return,
        "LOG" | "NFLOG" | "ULOG" | "MARK" | "CONNMARK" | "CT" | "SET" | "AUDIT" | "NOTRACK" => {
            Verdict::Continue
        }
        "QUEUE" | "NFQUEUE" => Verdict::Unknown,
        chain if is_goto => Verdict::Goto(chain.to_owned()),
        chain => Verdict::Jump(chain.to_owned()),
    }
}

fn what(option: &str, value: &str) -> What {
    let addresses = |wrap: fn(Vec<_>) -> What| {
        let networks: Option<Vec<_>> = value.split(',').map(network).collect();
        networks.map_or(What::Other, wrap)
    };
    match option {
        "-p" if value == "all" => What::Protocol(vec!["udp".to_owned(), "tcp".to_owned()]),
        "-p" => What::Protocol(vec![value.to_owned()]),
        "--dport" | "--dports" => ports(value).map_or(What::Other, What::ToPort),
        "--sport" | "--sports" => ports(value).map_or(What::Other, What::FromPort),
        "-i" => What::Interface(Direction::In, vec![value.to_owned()]),
        "-o" => What::Interface(Direction::Out, vec![value.to_owned()]),
        "-d" => addresses(What::To),
        "-s" => addresses(What::From),
        "--ctstate" | "--state" => What::State(value.split(',').map(str::to_lowercase).collect()),
        _ => What::Other,
    }
}

fn ports(value: &str) -> Option<Vec<(u16, u16)>> {
    let range = |text: &str| match text.split_once(':') {
        Some((first, last)) => Some((first.parse().ok()?, last.parse().ok()?)),
        None => {
            let port = text.parse().ok()?;
            Some((port, port))
        }
    };
    value.split(',').map(range).collect()
}

/// The words of a line; what is in quotes is one.
fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let (mut is_quoted, mut is_escaped) = (false, false);
    for character in text.chars() {
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' if is_quoted => {
                is_escaped = true;
                continue;
            }
            '"' => {
                is_quoted = !is_quoted;
                continue;
            }
            ' ' if !is_quoted => {
                words.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(word) = words.last_mut() {
            word.push(character);
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::super::{Packet, blocked};
    use super::*;

    fn save(rules: &str) -> Vec<Ruleset> {
        let text = format!(
            "# Generated by iptables-save\n*nat\n:INPUT DROP [0:0]\nCOMMIT\n*filter\n{rules}COMMIT\n# Completed\n"
        );
        vec![read(&text).unwrap()]
    }

    const OPEN: &str = ":INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n";

    #[test]
    fn a_rule_against_the_port_is_found_and_quoted() {
        let camera = Some([192, 168, 1, 50].into());
        let rejected =
            "-A OUTPUT -p tcp -m tcp --dport 11490 -j REJECT --reject-with icmp-port-unreachable";
        let sets = save(&format!("{OPEN}{rejected}\n"));
        let found = blocked(&sets, &Packet::connection(camera, None)).unwrap();
        assert_eq!(found.rule.as_deref(), Some(rejected));
        assert_eq!(blocked(&sets, &Packet::question(camera, None)), None);
        assert_eq!(blocked(&sets, &Packet::reply(camera, None)), None);
    }

    #[test]
    fn rules_that_are_about_something_else_do_not_count() {
        for rule in [
            "-A OUTPUT -p udp -m udp --dport 53 -j DROP",
            "-A OUTPUT -p tcp -m tcp --dport 11491 -j DROP",
            "-A OUTPUT -d 10.0.0.0/8 -p udp -m udp --dport 11491 -j DROP",
            "-A OUTPUT -o wlan+ -p udp -j DROP",
            "-A OUTPUT -p udp -m owner --uid-owner 1000 -j DROP",
            "-A OUTPUT ! -d 192.168.0.0/16 -p udp -j DROP",
            "-A OUTPUT -p udp -m comment --comment \"-j DROP\" -j ACCEPT",
            "-A OUTPUT -j LOG --log-prefix \"out: \"",
            "-A FORWARD -p udp -j DROP",
        ] {
            let sets = save(&format!("{OPEN}{rule}\n"));
            let question =
                Packet::question(Some([192, 168, 1, 50].into()), Some("eth0".to_owned()));
            assert_eq!(blocked(&sets, &question), None, "{rule}");
        }
    }

    #[test]
    fn a_policy_that_lets_replies_in_drops_only_the_answers_to_a_broadcast() {
        let ufw = "\
:INPUT DROP [0:0]
:OUTPUT ACCEPT [0:0]
:ufw-before-input - [0:0]
:ufw-user-input - [0:0]
-A INPUT -j ufw-before-input
-A INPUT -j ufw-user-input
-A ufw-before-input -i lo -j ACCEPT
-A ufw-before-input -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A ufw-user-input -p tcp -m tcp --dport 22 -j ACCEPT
";
        let (camera, interface) = (Some([192, 168, 1, 50].into()), Some("eth0".to_owned()));
        let sets = save(ufw);
        let answer = |broadcast| Packet::answer(camera, interface.clone(), broadcast);
        let found = blocked(&sets, &answer(true)).unwrap();
        assert_eq!((found.rule, found.chain.as_str()), (None, "INPUT"));
        assert_eq!(blocked(&sets, &answer(false)), None);
        let reply = Packet::reply(camera, interface.clone());
        assert_eq!(blocked(&sets, &reply), None);
        let mended = format!("{ufw}-A ufw-user-input -p udp -m udp --sport 11491 -j ACCEPT\n");
        assert_eq!(blocked(&save(&mended), &answer(true)), None);
    }

    #[test]
    fn what_may_let_the_packet_pass_keeps_the_policy_from_being_blamed() {
        let rules = ":INPUT DROP [0:0]\n-A INPUT -m set --match-set cameras src -j ACCEPT\n";
        assert_eq!(
            blocked(&save(rules), &Packet::answer(None, None, true)),
            None
        );
    }

    #[test]
    fn chains_that_call_each_other_forever_come_to_an_end() {
        let rules = ":INPUT DROP [0:0]\n:a - [0:0]\n-A INPUT -j a\n-A a -j a\n-A a -j INPUT\n";
        assert_eq!(
            blocked(&save(rules), &Packet::answer(None, None, true)),
            None
        );
    }
}
