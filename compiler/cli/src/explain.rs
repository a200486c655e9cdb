//! `oakc explain`: a name in, what there is to say about it out: rules, node kinds, their keys, ports and setters,
//! messages, products, sensors. Everything comes from the tables that the reference pages are made of.

mod hardware;
mod keys;
mod messages;
mod nodes;
mod rule;
mod topic;

use oakc_core::config::Suggestion;
use oakc_diag::Rule;
use oakc_diag::render::Page;
use serde_json::json;

use crate::failure::Failure;
use crate::terminal::{self, ResultFormat, result};
pub(crate) use rule::unknown_rule;
use topic::Topic;

/// Explain a rule, a node kind, a key, a port, a message, a setter, a product or a sensor.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// A rule (`host-dependent-node`, `OAK012`), a node kind (`ColorCamera`), a key (`ColorCamera.isp_scale`,
    /// `app.name`), a port (`VideoEncoder.bitstream`), a message (`ImgDetections`), a setter of the library
    /// (`setIspScale`), a product (`OAK-1-POE`) or a sensor (`IMX378`). Without it, all rules are listed.
    #[arg(value_name = "TOPIC")]
    topic: Option<String>,

    /// How to print it.
    #[arg(long, value_enum, default_value_t = ResultFormat::Human)]
    format: ResultFormat,
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let Some(name) = &args.topic else {
        return list(args.format);
    };
    let topics = find(name);
    if topics.is_empty() {
        return Err(Failure::Input(unknown(name)));
    }
    match args.format {
        ResultFormat::Json => terminal::json(&json!({ "topics": topics })),
        ResultFormat::Human => result(topic::page(&topics)),
    }
}

fn list(format: ResultFormat) -> Result<(), Failure> {
    if format == ResultFormat::Json {
        let rules: Vec<_> = rule::all().map(rule::topic).collect();
        return terminal::json(&json!({ "topics": rules }));
    }
    let line = |rule: &Rule| format!("{}  {:<24} {}", rule.code, rule.name, rule.summary);
    result(rule::all().map(line).collect::<Page>())
}

/// Everything that is called so. A setter, and a key without its node, may be those of several nodes.
fn find(name: &str) -> Vec<Topic> {
    let one = rule::find(name)
        .or_else(|| nodes::find(name))
        .or_else(|| messages::find(name))
        .or_else(|| hardware::find(name));
    if let Some(topic) = one {
        return vec![topic];
    }
    if let Some((owner, rest)) = name.split_once('.') {
        return keys::below(owner, rest);
    }
    keys::anywhere(name)
}

fn unknown(name: &str) -> String {
    let near = match name.split_once('.') {
        Some((owner, rest)) => keys::near(owner, rest),
        None => {
            let names = names();
            let names = names.iter().map(|(name, _)| name.as_str());
            Suggestion::of(name, names).near().map(str::to_owned)
        }
    };
    let advice = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => {
            "`oakc explain --help` says what can be explained, and `oakc explain` lists the rules"
                .to_owned()
        }
    };
    format!("there is nothing called `{name}`; {advice}")
}

/// The names that can be explained, each with a few words, without keys and ports.
pub(crate) fn names() -> Vec<(String, &'static str)> {
    let mut names: Vec<(String, &'static str)> = Vec::new();
    names.extend(nodes::names());
    names.extend(hardware::names());
    names.extend(messages::names());
    names.extend(keys::setters());
    names.extend(rule::all().map(|rule| (rule.name.to_owned(), rule.summary)));
    names
}

/// The keys and ports of a node kind or a section, as `owner.name`.
pub(crate) fn names_below(owner: &str) -> Vec<String> {
    keys::names_below(owner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(name: &str) -> Vec<(&'static str, String)> {
        let topics = find(name).into_iter();
        topics.map(|topic| (topic.kind, topic.name)).collect()
    }

    #[test]
    fn every_name_that_is_offered_can_be_explained() {
        for (name, _) in names() {
            assert!(!find(&name).is_empty(), "{name}");
            for name in names_below(&name) {
                assert!(!find(&name).is_empty(), "{name}");
            }
        }
        for section in ["app", "pipeline", "board", "logging"] {
            let below = names_below(section);
            assert!(!below.is_empty(), "{section}");
            for name in below {
                assert!(!find(&name).is_empty(), "{name}");
            }
        }
    }

    #[test]
    fn names_mean_one_thing_and_setters_those_of_each_node() {
        let one = |kind, name: &str| vec![(kind, name.to_owned())];
        assert_eq!(kinds("OAK012"), one("rule", "host-dependent-node"));
        assert_eq!(kinds("colorcamera"), one("node", "ColorCamera"));
        assert_eq!(
            kinds("ColorCamera.isp_scale"),
            one("key", "ColorCamera.isp_scale")
        );
        assert_eq!(
            kinds("VideoEncoder.bitstream"),
            one("port", "VideoEncoder.bitstream")
        );
        assert_eq!(kinds("ImgDetections"), one("message", "ImgDetections"));
        assert_eq!(kinds("oak-1-poe"), one("product", "OAK-1-POE"));
        assert_eq!(kinds("imx378"), one("sensor", "IMX378"));
        assert_eq!(kinds("app.name"), one("key", "app.name"));
        assert!(kinds("setIspScale").contains(&("key", "ColorCamera.isp_scale".to_owned())));
        assert_eq!(
            kinds("ColorCamera.setIspScale"),
            one("key", "ColorCamera.isp_scale")
        );
        assert!(kinds("isp_scale").contains(&("key", "ColorCamera.isp_scale".to_owned())));
    }

    #[test]
    fn a_name_that_is_unknown_may_be_misspelt() {
        for (name, near) in [
            ("ColorCamra", "`ColorCamera`"),
            ("ColorCamera.isp_scal", "`ColorCamera.isp_scale`"),
            ("ColorCamra.isp_scale", "`ColorCamera.isp_scale`"),
            ("setIspScael", "`setIspScale`"),
            ("OAK-1-PO", "`OAK-1-POE`"),
            ("IMX387", "`IMX378`"),
        ] {
            assert!(unknown(name).contains(near), "{}", unknown(name));
        }
        assert!(unknown("zzz").contains("oakc explain --help"));
    }
}
