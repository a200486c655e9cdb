//! Images that are larger than the image they are cropped from, or too small.

use oakc_diag::{Diagnostic, Diagnostics, Fix, Rule, Severity, Span};
use oakc_runtime_schema::nodes::Kind;

use crate::{Check, Context};
use oakc_core::graph::NodeRef;
use oakc_core::infer::{Fact, Flow, Refusal, Size};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK030",
    name: "output-size",
    level: Severity::Error,
    adjustable: true,
    constraints: &["C1", "C2", "C3", "C4", "C5", "C6", "C7", "C8"],
    summary: "A video, still or preview of a size that the camera cannot produce.",
    docs: include_str!("output_size.md"),
};

/// The largest video and preview according to the documentation.
const DOCUMENTED: Size = Size::new(3840, 2160);

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for node in context.nodes() {
        if node.kind().output("preview").is_some() {
            let camera = CameraNode { context, node };
            diagnostics.extend(camera.preview());
            diagnostics.extend(camera.video());
            diagnostics.extend(camera.still());
        }
    }
}

struct CameraNode<'a> {
    context: &'a Context<'a>,
    node: NodeRef<'a>,
}

impl CameraNode<'_> {
    fn is_linked(&self, output: &str) -> bool {
        self.node.links_from(output).next().is_some()
    }

    fn flow(&self, output: &str) -> &Flow {
        self.context.facts.output(&self.node, output)
    }

    fn video(&self) -> Option<Diagnostic> {
        let used = self.is_linked("video") || self.is_linked("preview");
        let cut = Cut::new(self, "video");
        used.then(|| cut.problem().or_else(|| cut.beyond_documentation()))?
    }

    fn still(&self) -> Option<Diagnostic> {
        let cut = Cut::new(self, "still");
        self.is_linked("still").then(|| cut.problem())?
    }

    fn preview(&self) -> Option<Diagnostic> {
        let cut = Cut::new(self, "preview");
        if !self.is_linked("preview") {
            // The device checks it anyway.
            return cut.larger_than_processed();
        }
        cut.problem().or_else(|| cut.beyond_documentation())
    }
}

/// An image that a camera crops.
struct Cut<'a> {
    camera: &'a CameraNode<'a>,
    output: &'static str,
    keys: [String; 2],
}

impl<'a> Cut<'a> {
    fn new(camera: &'a CameraNode<'a>, output: &'static str) -> Self {
        Self {
            camera,
            output,
            keys: [format!("{output}_size"), format!("{output}_width")],
        }
    }

    fn written(&self) -> Option<Span> {
        let [shorthand, width] = &self.keys;
        self.camera.node.written(&[shorthand, width])
    }

    fn problem(&self) -> Option<Diagnostic> {
        if self.is_left_open() {
            return Some(self.missing());
        }
        self.refusal()
    }

    /// Reports why the camera does not produce these images.
    fn refusal(&self) -> Option<Diagnostic> {
        let flow = self.camera.flow(self.output);
        let size = flow.size.as_ref()?.value;
        match flow.refused.as_ref()? {
            Refusal::LargerThanProcessed { processed } => Some(self.larger_than(size, processed)),
            Refusal::TooSmall { least } => Some(self.too_small(size, *least)),
            Refusal::WiderThanVideo { video } => Some(self.wider_than(size, video)),
            // The video has its own finding; cameras do not refuse the others.
            Refusal::OfRefusedVideo
            | Refusal::UnequalInputs { .. }
            | Refusal::UnmatchableWidth { .. }
            | Refusal::Unencodable { .. }
            | Refusal::TooManyBytes { .. } => None,
        }
    }

    fn larger_than_processed(&self) -> Option<Diagnostic> {
        let refused = &self.camera.flow(self.output).refused;
        let larger = matches!(refused, Some(Refusal::LargerThanProcessed { .. }));
        larger.then(|| self.refusal())?
    }

    /// Whether the size of a `Camera` output is not set at all.
    fn is_left_open(&self) -> bool {
        let node = &self.camera.node;
        let sizes = ["size", "resolution_width"];
        node.kind() == Kind::Camera
            && self.camera.is_linked(self.output)
            && self.written().or(node.written(&sizes)).is_none()
    }

    fn missing(&self) -> Diagnostic {
        let name = self.camera.node.name();
        let message = format!("`{name}` does not set the size of its {}", self.output);
        let why = "a Camera node cannot always choose a size itself, and then does not start";
        self.refused(message, why)
            .severity(Severity::Warning)
            .help(format!(
                "add {}",
                self.camera
                    .node
                    .language()
                    .setting(&self.keys[0], [1280, 720])
            ))
    }

    fn too_small(&self, size: Size, least: u64) -> Diagnostic {
        let message = format!(
            "the {} of `{}` is {size}, too small for the camera",
            self.output,
            self.camera.node.name()
        );
        self.refused(message, "the camera does not start with this size")
            .help(format!("make width and height larger than {least} pixels"))
    }

    fn larger_than(&self, size: Size, processed: &Fact<Size>) -> Diagnostic {
        let whole = processed.value;
        let message = format!(
            "the {} of `{}` is {size}, but it is cropped from an image of {whole}",
            self.output,
            self.camera.node.name()
        );
        let diagnostic = self.refused(message, "the camera does not start with this size");
        let fitting = Size::new(size.width.min(whole.width), size.height.min(whole.height));
        let diagnostic = self.shrink(diagnostic, fitting);
        processed.explain(diagnostic, whole)
    }

    fn wider_than(&self, preview: Size, video: &Fact<Size>) -> Diagnostic {
        let (width, most) = (preview.width, video.value.width);
        let message = format!(
            "the preview of `{}` is {width} pixels wide, but it is cropped from a video of {most}",
            self.camera.node.name()
        );
        let diagnostic = self
            .refused(message, "the camera does not start with this size")
            .help(format!(
                "make the preview at most {most} pixels wide, or the video at least {width}"
            ));
        video.explain(diagnostic, video.value)
    }

    fn beyond_documentation(&self) -> Option<Diagnostic> {
        let size = self.camera.flow(self.output).size.as_ref()?.value;
        if self.written().is_none() || size.fits_in(DOCUMENTED) {
            return None;
        }
        let message = format!(
            "the {} of `{}` is {size}, larger than the documented maximum",
            self.output,
            self.camera.node.name()
        );
        let why = format!("the documented maximum is {DOCUMENTED}");
        let diagnostic = self.refused(message, &why).severity(Severity::Warning);
        let fitting = Size::new(
            size.width.min(DOCUMENTED.width),
            size.height.min(DOCUMENTED.height),
        );
        Some(self.shrink(diagnostic, fitting))
    }

    fn refused(&self, message: String, why: &str) -> Diagnostic {
        let span = self.written();
        let span = span.unwrap_or(self.camera.node.config.kind_span);
        Diagnostic::new(&RULE, message).label(span, why)
    }

    fn shrink(&self, diagnostic: Diagnostic, to: Size) -> Diagnostic {
        let pair = format!("[{}, {}]", to.width, to.height);
        let key = &self.keys[0];
        let language = self.camera.node.language();
        let setting = language.setting(key, [to.width, to.height]);
        let diagnostic = diagnostic.help(format!("write at most {setting}"));
        match self.camera.node.written(&[key]) {
            Some(span) => {
                diagnostic.fix(Fix::suggested(format!("write `{pair}`")).edit(span, pair))
            }
            None => diagnostic,
        }
    }
}
