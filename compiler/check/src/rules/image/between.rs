//! An ImageManip between the sender of an image and a receiver that wants it otherwise.
//!
//! In: a link, and the images that suit its receiver. Out: the text of a node that makes such images, and the edits that
//! write it. Never: a node that cannot make them, or an edit in a file that is not known to be written as people usually do.

use oakc_core::graph::LinkRef;
use oakc_core::infer::{Size, bits_per_pixel};
use oakc_core::syntax::{Language, Room, Sample};
use oakc_diag::{Diagnostic, Fix, Span};
use oakc_runtime_schema::image::FrameType;
use oakc_runtime_schema::nodes::Kind;

use super::consumers::has_pixels;
use super::sender::CONVERTED;
use crate::Context;

/// The most bytes of a frame that an ImageManip makes if nothing else is written.
const DEFAULT_BYTES: u64 = 1024 * 1024;

/// An ImageManip that is to be written.
struct Between {
    name: String,
    /// What it makes its images of.
    from: String,
    settings: Vec<(&'static str, Sample)>,
}

/// The finding with what to write between the ends of this link, and with the edits that do, where no setting of the sender
/// helps. `wanted` are the formats that suit the receiver.
pub(in crate::rules) fn offer(
    diagnostic: Diagnostic,
    context: &Context<'_>,
    link: &LinkRef<'_>,
    size: Size,
    wanted: impl Fn(FrameType) -> bool,
) -> Option<Diagnostic> {
    let node = Between::new(context, link, size, wanted)?;
    let language = context.language();
    let out = format!("{}.out", node.name);
    let help = format!(
        "put an ImageManip between: add\n{}\nand link {} instead",
        node.page(language),
        format_args!("`{out}`")
    );
    let diagnostic = diagnostic.help(help);
    Some(match fix(context, link, &node, &out) {
        Some(fix) => diagnostic.fix(fix),
        None => diagnostic,
    })
}

impl Between {
    fn new(
        context: &Context<'_>,
        link: &LinkRef<'_>,
        size: Size,
        wanted: impl Fn(FrameType) -> bool,
    ) -> Option<Self> {
        let given = context.facts.of(link).frame_type.as_ref()?.value;
        let format = CONVERTED.into_iter().find(|format| wanted(*format))?;
        if !has_pixels(given) {
            return None;
        }
        let from = context.graph.node_ref(link.from)?;
        let to = context.graph.node_ref(link.to)?;
        let mut settings = vec![
            ("resize", Sample::from([size.width, size.height])),
            ("frame_type", Sample::from(format!("{format:?}"))),
        ];
        let pixels = size.width.saturating_mul(size.height);
        let bytes = pixels.saturating_mul(bits_per_pixel(format)?) / 8;
        if bytes > DEFAULT_BYTES {
            settings.push(("max_output_frame_size", bytes.into()));
        }
        let names = |name: &String| context.config().nodes.iter().all(|node| node.name != *name);
        let numbered = (2..).map(|number| format!("{}_image{number}", to.name()));
        let first = format!("{}_image", to.name());
        Some(Self {
            name: [first].into_iter().chain(numbered.take(100)).find(names)?,
            from: format!("{}.{}", from.name(), link.output.name),
            settings,
        })
    }

    /// Its keys, each on a line, without what stands before them.
    fn lines(&self, language: Language) -> Vec<String> {
        let kind = ("type", Sample::from(Kind::ImageManip.to_string()));
        let settings = [kind].into_iter().chain(self.settings.iter().cloned());
        let line = |(key, value)| language.setting(key, value).trim_matches('`').to_owned();
        let queue = Sample::table([
            ("from", self.from.as_str().into()),
            ("queue_size", 1.into()),
            ("blocking", false.into()),
        ]);
        let input = match language {
            Language::Toml => ("inputs.inputImage", queue),
            Language::Yaml => ("inputs", Sample::table([("inputImage", queue)])),
        };
        settings.chain([input]).map(line).collect()
    }

    /// The text to add.
    fn page(&self, language: Language) -> String {
        let lines = self.lines(language);
        match language {
            Language::Toml => format!(
                "  [nodes.{}]\n  {}",
                language.key(&self.name),
                lines.join("\n  ")
            ),
            Language::Yaml => format!(
                "  nodes:\n    {}:\n      {}",
                language.key(&self.name),
                lines.join("\n      ")
            ),
        }
    }
}

/// The edits that write the node and link it, where both ends of the link are written in one file.
fn fix(context: &Context<'_>, link: &LinkRef<'_>, node: &Between, out: &str) -> Option<Fix> {
    let receiver = context.graph.node_ref(link.to)?;
    let kind = receiver.config.kind_span;
    let text = &context.config().parts.file(link.span)?.text;
    let written = text.get(link.span.start..link.span.end)?;
    if kind.file != link.span.file || written.trim_matches(['"', '\'']) != node.from {
        return None;
    }
    let language = receiver.language();
    let lines = node.lines(language);
    let key = language.key(&node.name);
    let (place, added) = match language {
        Language::Toml => {
            let end = if text.ends_with('\n') { "" } else { "\n" };
            let added = format!("{end}\n[nodes.{key}]\n{}\n", lines.join("\n"));
            (text.len(), added)
        }
        Language::Yaml => {
            let room = Room::behind_block(text, "type", (kind.start, kind.end))?;
            let inner = format!("\n{}", room.inner);
            let added = format!("\n{}{key}:{inner}{}", room.outer, lines.join(&inner));
            (room.place, added)
        }
    };
    let title = format!("put an ImageManip `{}` between", node.name);
    let place = Span::new(link.span.file, place, place);
    Some(
        Fix::suggested(title)
            .edit(link.span, language.text(out))
            .edit(place, added),
    )
}
