//! RTSP streams that do not fit the encoder in front of them.

use oakc_core::graph::LinkRef;
use oakc_diag::{Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::video_encoder::{Profile, VideoEncoderProperties};
use oakc_script::RtspStream;

use super::programs::{Program, programs};
use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::scripts(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK235",
    name: "unsuitable-stream",
    level: Severity::Error,
    adjustable: true,
    constraints: &[],
    summary: "A stream of `oakc.rtsp` that does not fit the encoder in front of the script.",
    docs: include_str!("unsuitable_stream.md"),
};

/// The codecs that `oakc.rtsp` knows.
const CODECS: [&str; 3] = ["h264", "h265", "mjpeg"];

/// The longest side of a JPEG that RTP can carry (RFC 2435 counts in blocks of eight pixels, up to 255).
const LONGEST_SIDE: u64 = 2040;

/// An input of a script with the encoder that feeds it.
struct Fed<'a> {
    link: LinkRef<'a>,
    encoder: &'a str,
    codec: &'static str,
}

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for program in programs(context) {
        let named = program.facts.streams.iter();
        let named: Vec<_> = named
            .filter_map(|stream| Some((stream, stream.codec.as_deref()?)))
            .collect();
        if named.is_empty() {
            continue;
        }
        let fed = fed(&program);
        for &(stream, codec) in &named {
            judge(&program, stream, codec, &fed, context, diagnostics);
        }
        let is_video = |input: &&Fed<'_>| {
            input.codec != "mjpeg" && named.iter().any(|(_, codec)| *codec == input.codec)
        };
        for input in fed.iter().filter(is_video) {
            report_losses(&program, input, diagnostics);
        }
    }
}

fn fed<'a>(program: &Program<'a>) -> Vec<Fed<'a>> {
    let graph = program.node.graph();
    let links = program.node.incoming();
    let fed = links.filter_map(|link| {
        let encoder = graph.node_ref(link.from)?;
        let profile = encoder.properties::<VideoEncoderProperties>()?.profile;
        Some(Fed {
            link,
            encoder: encoder.name(),
            codec: match profile {
                Profile::H264_BASELINE | Profile::H264_HIGH | Profile::H264_MAIN => "h264",
                Profile::H265_MAIN => "h265",
                Profile::MJPEG => "mjpeg",
            },
        })
    });
    fed.collect()
}

fn judge(
    program: &Program<'_>,
    stream: &RtspStream,
    codec: &str,
    fed: &[Fed<'_>],
    context: &Context<'_>,
    diagnostics: &mut Diagnostics,
) {
    if !CODECS.contains(&codec) {
        let message = format!("`oakc.rtsp` knows no codec `{codec}`");
        let label = "`stream` raises ValueError, which ends the script";
        program.report(&RULE, &stream.range, message, label, diagnostics, |found| {
            found.help(format!("write one of {}", CODECS.join(", ")))
        });
        return;
    }
    let same: Vec<_> = fed.iter().filter(|input| input.codec == codec).collect();
    if let ([], Some(other)) = (&same[..], fed.first()) {
        let message = format!("no encoder makes {codec} for this stream");
        let label = "viewers get an error instead of a video";
        program.report(&RULE, &stream.range, message, label, diagnostics, |found| {
            found
                .secondary(
                    other.link.span,
                    format!("`{}` makes {}", other.encoder, other.codec),
                )
                .help(format!(
                    "write \"{}\", or change `profile` of `{}`",
                    other.codec, other.encoder
                ))
        });
        return;
    }
    let sized = same
        .iter()
        .filter(|_| codec == "mjpeg")
        .filter_map(|input| {
            let size = context.facts.of(&input.link).size.clone()?;
            (size.value.width.max(size.value.height) > LONGEST_SIDE).then_some((input, size))
        });
    // With two encoders of one codec, it is not known which one feeds the stream.
    if let (Some((input, size)), 1) = (sized.into_iter().next(), same.len()) {
        let message = format!("MJPEG of {} is too large for RTP", size.value);
        let label = "viewers get an error instead of a video";
        program.report(&RULE, &stream.range, message, label, diagnostics, |found| {
            let found = found.help(format!(
                "RTP carries JPEGs of up to {LONGEST_SIDE} x {LONGEST_SIDE} pixels: make the frames of `{}` smaller, or use \
                 H.264 or H.265",
                input.encoder
            ));
            size.explain(found, size.value)
        });
    }
}

fn report_losses(program: &Program<'_>, input: &Fed<'_>, diagnostics: &mut Diagnostics) {
    let port = input.link.input;
    let Some(stream) = program.facts.streams.first().filter(|_| !port.blocking) else {
        return;
    };
    let message = format!("`{}` drops frames that the next ones build on", port.name);
    let label =
        "after a frame that was dropped, viewers see a broken picture up to the next key frame";
    let at = input.link.span;
    let setting = program.node.language().setting("blocking", false);
    program.report(
        &RULE,
        &stream.range,
        message,
        "sent here",
        diagnostics,
        |found| {
            found
                .secondary(at, label)
                .severity(Severity::Warning)
                .help(format!(
                    "leave out {setting}: `push` never waits, so the script keeps up"
                ))
        },
    );
}
