//! How long an application of a thousand nodes takes, stage by stage: `cargo bench -p oakc-check`.
//!
//! docs/performance.md says what is promised and what was measured.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a benchmark that cannot run has nothing to measure"
)]

use std::fmt::Write as _;
use std::hint::black_box;

use criterion::Criterion;
use oakc_check::compile;
use oakc_core::CheckedGraph;
use oakc_core::Source;
use oakc_core::config::Levels;
use oakc_core::lower::lower;
use oakc_core::syntax::Language;
use oakc_core::world::MemoryWorld;
use oakc_diag::{Diagnostics, SourceMap};
use oakc_runtime_schema::nop;
use oakc_runtime_schema::pipeline::PipelineSchema;

/// Four nodes each.
const BRANCHES: usize = 250;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    for (name, language, text) in [
        ("toml", Language::Toml, toml()),
        ("yaml", Language::Yaml, yaml()),
    ] {
        criterion.bench_function(&format!("parse and check 1000 nodes, {name}"), |bencher| {
            bencher.iter(|| checked(black_box(&text), language));
        });
    }
    let graph = checked(&toml(), Language::Toml);
    criterion.bench_function("lower 1000 nodes", |bencher| {
        bencher.iter(|| lower(black_box(&graph)).unwrap());
    });
    let lowered = lower(&graph).unwrap();
    let pipeline = lowered.pipeline();
    criterion.bench_function("encode the pipeline of 1000 nodes", |bencher| {
        bencher.iter(|| nop::to_bytes(black_box(pipeline)).unwrap());
    });
    let bytes = nop::to_bytes(pipeline).unwrap();
    criterion.bench_function("decode the pipeline of 1000 nodes", |bencher| {
        bencher.iter(|| nop::from_bytes::<PipelineSchema>(black_box(&bytes)).unwrap());
    });
    criterion.final_summary();
}

/// No camera could run this, as is said; it is not what is measured.
const SAID: [&str; 2] = ["unfed-input", "shave-budget"];

fn checked(text: &str, language: Language) -> CheckedGraph {
    let levels = Levels {
        allow: SAID.map(str::to_owned).into(),
        ..Levels::default()
    };
    let source = Source {
        name: "app",
        text,
        language,
        profile: None,
        params: &[],
        overrides: &[],
        levels: &levels,
    };
    let mut sources = SourceMap::default();
    let mut diagnostics = Diagnostics::new();
    compile(
        &source,
        &MemoryWorld::default(),
        &mut sources,
        &mut diagnostics,
    )
    .expect("it has no errors")
}

/// Each branch crops from the branch before, finds edges, tracks features, and reports them.
fn toml() -> String {
    let mut text = "[app]\nname = \"bench\"\n".to_owned();
    for branch in 0..BRANCHES {
        let before = branch.saturating_sub(1);
        let input = match branch {
            0 => String::new(),
            _ => format!("inputs.inputImage = \"crop{before}.out\"\n"),
        };
        write!(
            text,
            "
# Branch {branch}
[nodes.crop{branch}]
type = \"ImageManip\"
resize = [320, 240]
keep_aspect_ratio = false
frame_type = \"GRAY8\"
max_output_frame_size = 76800
{input}
[nodes.edges{branch}]
type = \"EdgeDetector\"
num_frames_pool = 4
max_output_frame_size = 76800
inputs.inputImage = {{ from = \"crop{branch}.out\", queue_size = 2, blocking = false }}

[nodes.tracker{branch}]
type = \"FeatureTracker\"
initial_config.corner_detector.num_target_features = 128
hardware_resources = [1, 1]
inputs.inputImage = \"edges{branch}.outputImage\"

[nodes.report{branch}]
type = \"Script\"
processor = \"LEON_CSS\"
code = '''
while True:
    features = node.io[\"features\"].get().trackedFeatures
'''
inputs.features = {{ from = \"tracker{branch}.outputFeatures\", queue_size = 1 }}
"
        )
        .unwrap();
    }
    text
}

fn yaml() -> String {
    let mut text = "app:\n  name: bench\nnodes:\n".to_owned();
    for branch in 0..BRANCHES {
        let before = branch.saturating_sub(1);
        let input = match branch {
            0 => String::new(),
            _ => format!("    inputs: {{ inputImage: crop{before}.out }}\n"),
        };
        write!(
            text,
            "
  # Branch {branch}
  crop{branch}:
    type: ImageManip
    resize: [320, 240]
    keep_aspect_ratio: false
    frame_type: GRAY8
    max_output_frame_size: 76800
{input}
  edges{branch}:
    type: EdgeDetector
    num_frames_pool: 4
    max_output_frame_size: 76800
    inputs:
      inputImage: {{ from: crop{branch}.out, queue_size: 2, blocking: false }}

  tracker{branch}:
    type: FeatureTracker
    initial_config:
      corner_detector:
        num_target_features: 128
    hardware_resources: [1, 1]
    inputs:
      inputImage: edges{branch}.outputImage

  report{branch}:
    type: Script
    processor: LEON_CSS
    code: |
      while True:
          features = node.io[\"features\"].get().trackedFeatures
    inputs:
      features: {{ from: tracker{branch}.outputFeatures, queue_size: 1 }}
"
        )
        .unwrap();
    }
    text
}
