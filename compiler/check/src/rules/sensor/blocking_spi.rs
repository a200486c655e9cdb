//! Queues in front of SPIOut that stop their senders.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::node::{Peer, Role};

use crate::{Check, Context};
use oakc_core::graph::{LinkRef, NodeRef};
use oakc_core::syntax::Sample;
use oakc_script::{Facts, Method};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK168",
    name: "blocking-spi",
    level: Severity::Warning,
    adjustable: true,
    constraints: &["3.3"],
    summary: "A slow microcontroller stops the nodes that feed an SPIOut.",
    docs: include_str!("blocking_spi.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let sends = |node: &NodeRef<'_>| node.kind().role == Role::Sender(Peer::Microcontroller);
    for node in context.nodes().filter(sends) {
        let links = node.incoming().filter(|link| link.input.blocking);
        let mut stops = links.filter(|link| !only_tries(context, link));
        if let Some(link) = stops.next() {
            diagnostics.extend(finding(context, &node, &link));
        }
    }
}

/// Whether the sender is a Script that goes on where there is no room.
fn only_tries(context: &Context<'_>, link: &LinkRef<'_>) -> bool {
    let sender = context.graph.node_ref(link.from);
    let source = sender.and_then(|sender| context.scripts.of(&sender));
    let only_tries = |facts: &Facts| {
        let uses = facts.ports.iter();
        let mut uses = uses.filter(|used| used.may_be(&link.output.name));
        !facts.ports_escape && uses.all(|used| used.method == Method::TrySend)
    };
    source.is_some_and(|source| {
        let mut parts = source.parts().map(|part| part.program.facts.as_ref());
        parts.all(|facts| facts.is_some_and(only_tries))
    })
}

fn finding(context: &Context<'_>, node: &NodeRef<'_>, link: &LinkRef<'_>) -> Option<Diagnostic> {
    let sender = context.graph.node_ref(link.from)?;
    let message = format!(
        "`{}` stops where the microcontroller is too slow",
        sender.name()
    );
    let label = format!(
        "once {} messages wait for it here, the sender waits, too",
        link.input.queue_size
    );
    let mut dropping = vec![(
        "from".to_owned(),
        format!("{}.{}", sender.name(), link.output.name).into(),
    )];
    // Each message of a script may count; of a node's results only the newest does.
    if sender.kind().role != Role::Program {
        dropping.push(("queue_size".to_owned(), 1.into()));
    }
    dropping.push(("blocking".to_owned(), false.into()));
    Some(
        Diagnostic::new(&RULE, message)
            .label(link.span, label)
            .help(format!(
                "let `{}.{}` drop old messages: {}",
                node.name(),
                link.input.name,
                context.language().value(Sample::Table(dropping))
            )),
    )
}
