//! What `nft -j list ruleset` prints, read: JSON in, rules out. Tables for other protocols than IPv4 are left out, and
//! so are those that iptables keeps there, if its own program shows them.

use serde_json::Value;

use super::{Chain, Condition, Direction, Program, Rule, Ruleset, Verdict, What, network};
use crate::observations::Network;

/// Reads the rules; `with_iptables` says whether those of iptables count.
pub fn read(json: &str, with_iptables: bool) -> Option<Vec<Ruleset>> {
    let json: Value = serde_json::from_str(json).ok()?;
    let objects = json["nftables"].as_array()?;
    let mut sets: Vec<Ruleset> = Vec::new();
    for object in objects {
        if let Some(chain) = object.get("chain") {
            let Some(table) = table_of(chain, with_iptables) else {
                continue;
            };
            let chain = read_chain(chain);
            match sets.iter_mut().find(|set| set.table == table) {
                Some(set) => set.chains.push(chain),
                None => sets.push(Ruleset {
                    program: Program::Nft,
                    table,
                    chains: vec![chain],
                }),
            }
        } else if let Some(rule) = object.get("rule")
            && let Some(table) = table_of(rule, with_iptables)
            && let Some(set) = sets.iter_mut().find(|set| set.table == table)
            && let Some(chain) = set
                .chains
                .iter_mut()
                .find(|it| rule["chain"] == it.name.as_str())
        {
            chain.rules.extend(read_rule(rule));
        }
    }
    Some(sets)
}

fn table_of(object: &Value, with_iptables: bool) -> Option<String> {
    let (family, table) = (object["family"].as_str()?, object["table"].as_str()?);
    let of_iptables =
        family == "ip" && ["filter", "nat", "mangle", "raw", "security"].contains(&table);
    let counts = matches!(family, "ip" | "inet") && (with_iptables || !of_iptables);
    counts.then(|| format!("{family} {table}"))
}

fn read_chain(chain: &Value) -> Chain {
    Chain {
        name: chain["name"].as_str().unwrap_or_default().to_owned(),
        hook: match chain["hook"].as_str() {
            Some("input") => Some(Direction::In),
            Some("output") => Some(Direction::Out),
            _ => None,
        },
        drops: chain["policy"] == "drop",
        rules: Vec::new(),
    }
}

/// One rule, or several for a map from values to verdicts.
fn read_rule(rule: &Value) -> Vec<Rule> {
    let handle = rule["handle"].as_u64().unwrap_or_default();
    let mut conditions = Vec::new();
    let mut rules = Vec::new();
    let mut text = Vec::new();
    for expression in rule["expr"].as_array().into_iter().flatten() {
        text.extend(in_words(expression));
        if let Some(condition) = expression.get("match") {
            conditions.extend(protocol_of(condition));
            conditions.push(read_match(condition));
        } else if let Some(map) = expression.get("vmap") {
            rules.extend(read_map(map, &conditions));
        } else if let Some(verdict) = verdict(expression) {
            rules.push((conditions.clone(), verdict));
        } else if !is_only_noted(expression) {
            conditions.push(other());
        }
    }
    let text = format!("{} (handle {handle})", text.join(" "));
    let rule = |(conditions, verdict)| Rule {
        conditions,
        verdict,
        text: text.clone(),
    };
    rules.into_iter().map(rule).collect()
}

fn other() -> Condition {
    Condition {
        what: What::Other,
        negated: false,
    }
}

/// Statements that decide nothing.
fn is_only_noted(expression: &Value) -> bool {
    [
        "counter",
        "log",
        "comment",
        "mangle",
        "ct helper",
        "notrack",
        "meter",
    ]
    .iter()
    .any(|name| expression.get(name).is_some())
}

fn verdict(expression: &Value) -> Option<Verdict> {
    let (name, value) = expression.as_object()?.iter().next()?;
    let target = || value["target"].as_str().unwrap_or_default().to_owned();
    Some(match name.as_str() {
        "accept" => Verdict::Accept,
        "drop" | "reject" => Verdict::Drop,
        "return" => Verdict::Return,
        "continue" => Verdict::Continue,
        "jump" => Verdict::Jump(target()),
        "goto" => Verdict::Goto(target()),
        "queue" => Verdict::Unknown,
        _ => return None,
    })
}

fn read_map(map: &Value, conditions: &[Condition]) -> Vec<(Vec<Condition>, Verdict)> {
    let entries = map["data"]["set"].as_array();
    let Some(entries) = entries else {
        let unknown = [conditions, &[other()]].concat();
        return vec![(unknown, Verdict::Unknown)];
    };
    let entry = |entry: &Value| {
        let what = what(&map["key"], entry.get(0)?);
        let condition = Condition {
            what,
            negated: false,
        };
        Some(([conditions, &[condition]].concat(), verdict(entry.get(1)?)?))
    };
    entries.iter().filter_map(entry).collect()
}

/// A port of TCP is none of UDP.
fn protocol_of(condition: &Value) -> Option<Condition> {
    let protocol = condition["left"]["payload"]["protocol"].as_str()?;
    matches!(protocol, "udp" | "tcp").then(|| Condition {
        what: What::Protocol(vec![protocol.to_owned()]),
        negated: false,
    })
}

fn read_match(condition: &Value) -> Condition {
    let negated = match condition["op"].as_str() {
        Some("==" | "in") => false,
        Some("!=") => true,
        _ => return other(),
    };
    Condition {
        what: what(&condition["left"], &condition["right"]),
        negated,
    }
}

fn what(left: &Value, right: &Value) -> What {
    let names = || {
        values(right)
            .iter()
            .map(|it| it.as_str().map(str::to_owned))
            .collect()
    };
    let known = |found: Option<What>| found.unwrap_or(What::Other);
    if let Some(payload) = left.get("payload") {
        let field = payload["field"].as_str().unwrap_or_default();
        return match (payload["protocol"].as_str().unwrap_or_default(), field) {
            ("ip", "protocol") => known(Option::<Vec<_>>::map(names(), What::Protocol)),
            ("ip", "saddr") => known(networks(right).map(What::From)),
            ("ip", "daddr") => known(networks(right).map(What::To)),
            ("udp" | "tcp" | "th", "dport") => known(ports(right).map(What::ToPort)),
            ("udp" | "tcp" | "th", "sport") => known(ports(right).map(What::FromPort)),
            _ => What::Other,
        };
    }
    match (left["meta"]["key"].as_str(), left["ct"]["key"].as_str()) {
        (Some("l4proto"), _) => known(Option::<Vec<_>>::map(names(), What::Protocol)),
        (Some("iif" | "iifname"), _) => known(Option::<Vec<_>>::map(names(), |names| {
            What::Interface(Direction::In, names)
        })),
        (Some("oif" | "oifname"), _) => known(Option::<Vec<_>>::map(names(), |names| {
            What::Interface(Direction::Out, names)
        })),
        (_, Some("state")) => known(Option::<Vec<_>>::map(names(), What::State)),
        _ => What::Other,
    }
}

/// The values that one stands for: its own, those of a list, or of a set without a name.
fn values(right: &Value) -> Vec<&Value> {
    match right.get("set").unwrap_or(right) {
        Value::Array(values) => values.iter().collect(),
        value => vec![value],
    }
}

fn ports(right: &Value) -> Option<Vec<(u16, u16)>> {
    let port = |value: &Value| value.as_u64().and_then(|port| u16::try_from(port).ok());
    let range = |value: &Value| match value["range"].as_array().map(Vec::as_slice) {
        Some([first, last]) => Some((port(first)?, port(last)?)),
        _ => port(value).map(|port| (port, port)),
    };
    values(right).into_iter().map(range).collect()
}

fn networks(right: &Value) -> Option<Vec<Network>> {
    let one = |value: &Value| match value.get("prefix") {
        Some(prefix) => {
            let length = u32::try_from(prefix["len"].as_u64()?).ok()?;
            let address = prefix["addr"].as_str()?.parse().ok()?;
            (length <= 32).then_some(Network { address, length })
        }
        None => network(value.as_str()?),
    };
    values(right).into_iter().map(one).collect()
}

/// An expression as a person would write it, as far as that is simple.
fn in_words(expression: &Value) -> Option<String> {
    if let Some(condition) = expression.get("match") {
        let left = &condition["left"];
        let of = |object: &Value, keys: [&str; 2]| {
            let words: Vec<_> = keys
                .iter()
                .filter_map(|key| object[*key].as_str())
                .collect();
            words.join(" ")
        };
        let left = match (left.get("payload"), left.get("meta"), left.get("ct")) {
            (Some(payload), ..) => of(payload, ["protocol", "field"]),
            (_, Some(meta), _) => of(meta, ["key", ""]),
            (.., Some(ct)) => format!("ct {}", of(ct, ["key", ""])),
            _ => return Some("…".to_owned()),
        };
        let right: Vec<_> = values(&condition["right"]).into_iter().map(short).collect();
        let not = if condition["op"] == "!=" { "!= " } else { "" };
        return Some(format!("{left} {not}{}", right.join(",")));
    }
    let (name, value) = expression.as_object()?.iter().next()?;
    match (name.as_str(), value["target"].as_str()) {
        ("counter" | "log" | "comment", _) => None,
        (name, Some(target)) => Some(format!("{name} {target}")),
        (name, None) => Some(name.to_owned()),
    }
}

fn short(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        value => match value["range"].as_array().map(Vec::as_slice) {
            Some([first, last]) => format!("{first}-{last}"),
            _ if value.is_object() => "…".to_owned(),
            _ => value.to_string(),
        },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::{Packet, blocked};
    use super::*;

    fn sets(chain: &Value, rules: &[Value]) -> Vec<Ruleset> {
        let mut objects = vec![json!({"metainfo": {}}), json!({"chain": chain})];
        for (handle, rule) in rules.iter().enumerate() {
            objects.push(json!({"rule": {
                "family": "inet", "table": "t", "chain": chain["name"], "handle": handle + 2, "expr": rule,
            }}));
        }
        let text = json!({ "nftables": objects }).to_string();
        read(&text, true).unwrap()
    }

    fn chain(hook: &str, policy: &str) -> Value {
        json!({"family": "inet", "table": "t", "name": "c", "hook": hook, "policy": policy})
    }

    fn port(protocol: &str, right: &Value) -> Value {
        json!({"match": {"op": "==", "left": {"payload": {"protocol": protocol, "field": "dport"}}, "right": right}})
    }

    #[test]
    fn a_rule_against_the_port_is_found_however_it_is_written() {
        for right in [
            json!(11491),
            json!({"set": [53, 11491]}),
            json!({"range": [11000, 12000]}),
            json!({"set": [{"range": [11490, 11491]}]}),
        ] {
            let rule = json!([port("udp", &right), {"counter": {}}, {"drop": null}]);
            let sets = sets(&chain("output", "accept"), &[rule]);
            let found = blocked(&sets, &Packet::question(None, None)).unwrap();
            assert!(found.rule.unwrap().starts_with("udp dport "), "{right}");
            assert_eq!(blocked(&sets, &Packet::answer(None, None, true)), None);
        }
    }

    #[test]
    fn a_rule_for_another_protocol_does_not_count() {
        let rule = json!([port("tcp", &json!({"range": [0, 65535]})), {"drop": null}]);
        let sets = sets(&chain("output", "accept"), &[rule]);
        assert_eq!(blocked(&sets, &Packet::question(None, None)), None);
        assert!(blocked(&sets, &Packet::connection(None, None)).is_some());
    }

    #[test]
    fn a_policy_counts_unless_something_may_let_the_packet_pass() {
        let state = json!({"match": {"op": "in", "left": {"ct": {"key": "state"}}, "right": ["established", "related"]}});
        let established = json!([state, {"accept": null}]);
        let closed = sets(&chain("input", "drop"), std::slice::from_ref(&established));
        assert!(blocked(&closed, &Packet::answer(None, None, true)).is_some());
        assert_eq!(blocked(&closed, &Packet::answer(None, None, false)), None);
        let unknown = json!([{"match": {"op": "==", "left": {"fib": {}}, "right": "local"}}, {"accept": null}]);
        let open = sets(&chain("input", "drop"), &[established, unknown]);
        assert_eq!(blocked(&open, &Packet::answer(None, None, true)), None);
    }

    #[test]
    fn a_map_of_verdicts_is_read() {
        let map = json!({"vmap": {"key": {"ct": {"key": "state"}}, "data": {"set": [
            ["established", {"accept": null}], ["new", {"drop": null}]
        ]}}});
        let sets = sets(&chain("input", "accept"), &[json!([map])]);
        assert!(blocked(&sets, &Packet::answer(None, None, true)).is_some());
        assert_eq!(blocked(&sets, &Packet::answer(None, None, false)), None);
    }

    #[test]
    fn what_is_not_a_ruleset_is_none() {
        for text in ["", "[]", "{}", "{\"nftables\": 1}"] {
            assert_eq!(read(text, true), None, "{text}");
        }
        assert_eq!(
            read("{\"nftables\": [{\"chain\": 1}, {\"rule\": []}, 7]}", true),
            Some(Vec::new())
        );
    }
}
