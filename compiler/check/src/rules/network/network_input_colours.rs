//! Images whose colours are in another order than the model was trained with.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_model::Colour;
use oakc_runtime_schema::image::FrameType;

use super::frames::is_planar;
use super::networks::networks;
use crate::rules::image::between::offer;
use crate::rules::image::sender;
use crate::{Check, Context};
use oakc_core::graph::LinkRef;
use oakc_core::infer::bits_per_pixel;

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK194",
    name: "network-input-colours",
    level: Severity::Warning,
    adjustable: true,
    constraints: &["N9"],
    summary: "Images whose colours are in another order than the file of the model says.",
    docs: include_str!("network_input_colours.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for network in networks(context) {
        let model = context.model(&network.node);
        let description = model.and_then(|model| model.description.as_deref());
        let Some([image]) = description.map(|found| found.images.as_slice()) else {
            continue;
        };
        let Some(wanted) = image.colour.filter(|colour| *colour != Colour::Grey) else {
            continue;
        };
        for link in network.node.links_to("in") {
            diagnostics.extend(finding(context, network.node.name(), &link, wanted));
        }
    }
}

fn finding(
    context: &Context<'_>,
    network: &str,
    link: &LinkRef<'_>,
    wanted: Colour,
) -> Option<Diagnostic> {
    let flow = context.facts.of(link);
    let frame_type = flow.frame_type.clone()?;
    let given = frame_type.value;
    let order = order(given)?;
    if order == wanted {
        return None;
    }
    let same_otherwise = |other: FrameType| {
        order_is(other, wanted)
            && is_planar(other) == is_planar(given)
            && bits_per_pixel(other) == bits_per_pixel(given)
    };
    let diagnostic = Diagnostic::new(
        &RULE,
        format!("images for `{network}` are {order}, but its model was trained on {wanted}"),
    )
    .label(link.span, "red and blue are swapped: it recognises less");
    let between = || {
        let size = flow.size.as_ref()?.value;
        offer(diagnostic.clone(), context, link, size, same_otherwise)
    };
    let diagnostic = match sender::settings(context, link, same_otherwise) {
        Some(settings) => diagnostic.help(settings),
        None => between().unwrap_or_else(|| {
            diagnostic
                .help("put an ImageManip between that makes the other order, with `frame_type`")
        }),
    };
    let diagnostic = match sender::fix(context, link, same_otherwise) {
        Some(fix) => diagnostic.fix(fix),
        None => diagnostic,
    };
    Some(frame_type.explain(diagnostic, format!("{given:?}")))
}

fn order_is(frame_type: FrameType, wanted: Colour) -> bool {
    order(frame_type) == Some(wanted)
}

/// The order of the colours; `None` for images that are not of three colours.
fn order(frame_type: FrameType) -> Option<Colour> {
    use FrameType as T;
    match frame_type {
        T::RGB888p | T::RGB888i | T::RGBF16F16F16p | T::RGBF16F16F16i => Some(Colour::Rgb),
        T::BGR888p | T::BGR888i | T::BGRF16F16F16p | T::BGRF16F16F16i => Some(Colour::Bgr),
        _ => None,
    }
}
