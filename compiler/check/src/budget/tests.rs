//! Budgets of pipelines that were measured or can be calculated by hand.
#![allow(clippy::unwrap_used, reason = "test helpers may panic")]

use oakc_blob::synthetic::BlobBuilder;
use oakc_diag::{Diagnostics, SourceMap};

use oakc_diag::render::Page;

use super::{Account, Budget, Resource};
use oakc_core::graph::sample::graph;
use oakc_core::infer::Facts;
use oakc_core::scripts::Scripts;

fn budget(text: &str) -> Budget {
    let graph = graph(text);
    let scripts = Scripts::collect(
        &graph,
        "app.toml",
        &mut SourceMap::new(),
        &mut Diagnostics::new(),
    );
    Budget::of(&graph, &Facts::infer(&graph, None), &scripts, None)
}

fn account(text: &str, resource: Resource) -> Account {
    let budget = budget(text);
    let found = budget
        .accounts()
        .find(|account| account.resource == resource);
    found.unwrap().clone()
}

const CAMERA: &str = "
[nodes.cam]
type = \"ColorCamera\"
[nodes.taker]
type = \"Script\"
source = \"script.py\"
inputs.preview = \"cam.preview\"
inputs.still = \"cam.still\"
";

/// The documentation reports 41.23 MiB at 1080p and 161 MiB at 4K, including stills.
#[test]
fn a_cameras_pools_match_the_measurements_in_the_documentation() {
    let mebibytes = |text: &str| account(text, Resource::Memory).total() >> 20;
    assert_eq!(mebibytes(CAMERA), 41);
    let uhd = CAMERA.replace("\"ColorCamera\"", "\"ColorCamera\"\nresolution = \"4k\"");
    assert_eq!(mebibytes(&uhd), 161);
}

#[test]
fn an_unused_image_needs_no_pool() {
    let unused = CAMERA.replace("inputs.still = \"cam.still\"\n", "");
    let memory = account(&unused, Resource::Memory);
    assert!(
        memory
            .items
            .iter()
            .all(|item| !item.what.starts_with("still"))
    );
}

#[test]
fn networks_share_their_shaves_and_image_manips_share_one() {
    let text = "
        [nodes.a]
        type = \"NeuralNetwork\"
        model = \"detector.blob\"
        [nodes.b]
        type = \"NeuralNetwork\"
        model = \"detector.blob\"
        num_inference_threads = 2
        [nodes.c]
        type = \"ImageManip\"
        [nodes.d]
        type = \"ImageManip\"
        [nodes.e]
        type = \"StereoDepth\"
        post_processing_hardware_resources = [3, 3]
    ";
    let blob = BlobBuilder::detector(300, 300).build();
    let shaves = u64::from(oakc_blob::Blob::parse(&blob).unwrap().shaves);
    let account = account(text, Resource::Shaves);
    assert_eq!(account.total(), 2 * shaves + 1 + 4);
}

#[test]
fn an_encoder_is_counted_at_its_configured_rate() {
    let text = format!(
        "{CAMERA}
        [nodes.enc]
        type = \"VideoEncoder\"
        profile = \"H265_MAIN\"
        frame_rate = 15
        inputs.in = \"cam.video\""
    );
    let encoder = account(&text, Resource::VideoEncoder);
    assert_eq!(encoder.total(), 1920 * 1080 * 15);
}

#[test]
fn unknown_amounts_are_marked() {
    let text = "[nodes.cam]\ntype = \"Camera\"";
    let memory = account(text, Resource::Memory);
    assert_eq!(memory.unknown, ["cam"]);
    let mut page = Page::new();
    memory.add_to(&mut page);
    assert!(
        page.as_str()
            .starts_with("memory             at least 0.0 MiB of 330.0 MiB (0 %)")
    );
}

#[test]
fn the_summary_shows_what_matters() {
    let summary = budget(CAMERA).summary();
    assert_eq!(summary, "memory 41.1 MiB of 330.0 MiB (12 %)");
}

#[test]
fn of_the_scripts_only_those_that_open_connections_send_data_out() {
    for (program, sends) in [
        ("import socket; socket.socket()", true),
        (
            "from http.server import HTTPServer; HTTPServer(('', 80), None)",
            true,
        ),
        ("import socket", false),
        ("node.io['frames'].get()", false),
    ] {
        let text = format!(
            "[nodes.cam]\ntype = \"MonoCamera\"\n[nodes.s]\ntype = \"Script\"\ncode = \
             \"{program}\"\ninputs.frames = \"cam.out\"\n"
        );
        let budget = budget(&text);
        let mut accounts = budget.accounts();
        let link = accounts.any(|account| account.resource == Resource::Link);
        assert_eq!(link, sends, "{program}");
    }
}
