//! Pipelines, and what is known of their outputs.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail loudly")]

use oakc_runtime_schema::camera::CameraBoardSocket;
use oakc_runtime_schema::image::FrameType;

use super::{Facts, Flow, Refusal, Size};
use crate::graph::sample::graph;
use crate::hardware;

/// The flow of `node.output`.
fn flow(text: &str, output: &str) -> Flow {
    let graph = graph(text);
    let model = graph.config().device.model.clone().unwrap_or_default();
    let facts = Facts::infer(&graph, hardware::find(&model));
    let (node, output) = output.split_once('.').unwrap();
    let node = graph.node_refs().find(|n| n.name() == node).unwrap();
    facts.output(&node, output).clone()
}

fn size(flow: &Flow) -> Option<(u64, u64)> {
    let size = flow.size.as_ref()?.value;
    Some((size.width, size.height))
}

fn frame_type(flow: &Flow) -> Option<FrameType> {
    Some(flow.frame_type.as_ref()?.value)
}

fn bytes(flow: &Flow) -> Option<u64> {
    Some(flow.bytes.as_ref()?.value)
}

fn socket(flow: &Flow) -> Option<CameraBoardSocket> {
    Some(flow.socket.as_ref()?.value)
}

const CAMERA: &str = "
[nodes.cam]
type = \"ColorCamera\"
board_socket = \"CAM_A\"
fps = 12.5
";

fn camera(more: &str) -> String {
    format!("{CAMERA}{more}")
}

#[test]
fn a_colour_camera_sends_its_sensor_image_in_several_forms() {
    let text = camera("");
    let isp = flow(&text, "cam.isp");
    assert_eq!(size(&isp), Some((1920, 1080)));
    assert_eq!(frame_type(&isp), Some(FrameType::YUV420p));
    assert_eq!(bytes(&isp), Some(1920 * 1080 * 3 / 2));
    assert_eq!(isp.fps.unwrap().value.to_string(), "12.5");
    let preview = flow(&text, "cam.preview");
    assert_eq!(size(&preview), Some((300, 300)));
    assert_eq!(frame_type(&preview), Some(FrameType::BGR888i));
    assert_eq!(preview.pool.unwrap().value, 4);
    let raw = flow(&text, "cam.raw");
    assert_eq!(bytes(&raw), Some(1920 * 1080 * 5 / 4));
}

#[test]
fn a_still_comes_when_somebody_asks_for_it() {
    let still = flow(&camera("resolution = \"12_mp\""), "cam.still");
    assert_eq!(size(&still), Some((4032, 3040)));
    assert_eq!(still.fps, None);
}

#[test]
fn the_scaler_makes_everything_behind_it_smaller() {
    let text = camera("isp_scale = [2, 3]\nresolution = \"1080p\"");
    assert_eq!(size(&flow(&text, "cam.isp")), Some((1280, 720)));
    assert_eq!(size(&flow(&text, "cam.video")), Some((1280, 720)));
    assert_eq!(size(&flow(&text, "cam.raw")), Some((1920, 1080)));
}

#[test]
fn an_image_larger_than_its_source_is_refused_and_nothing_follows_from_it() {
    let text = camera(
        "video_size = [1920, 1200]
        [nodes.enc]
        type = \"VideoEncoder\"
        inputs.in = \"cam.video\"",
    );
    let video = flow(&text, "cam.video");
    assert!(matches!(
        video.refused,
        Some(Refusal::LargerThanProcessed { .. })
    ));
    assert_eq!(size(&video), Some((1920, 1200)));
    assert_eq!(size(&flow(&text, "enc.bitstream")), None);
}

#[test]
fn a_preview_wider_than_its_video_is_refused() {
    let fits = camera("preview_size = [640, 640]\nvideo_size = [640, 480]");
    assert_eq!(flow(&fits, "cam.preview").refused, None);
    let wider = camera("preview_size = [672, 480]\nvideo_size = [640, 480]");
    let refused = flow(&wider, "cam.preview").refused;
    assert!(matches!(refused, Some(Refusal::WiderThanVideo { .. })));
}

#[test]
fn the_socket_that_the_device_chooses_is_unknown() {
    assert_eq!(
        socket(&flow(&camera(""), "cam.isp")),
        Some(CameraBoardSocket::CAM_A)
    );
    let text = "[nodes.cam]\ntype = \"MonoCamera\"";
    assert_eq!(socket(&flow(text, "cam.out")), None);
}

#[test]
fn of_a_camera_only_what_is_written_is_known() {
    let text = "
        [nodes.cam]
        type = \"Camera\"
        video_size = [1280, 720]
        preview_size = [640, 360]
    ";
    assert_eq!(size(&flow(text, "cam.video")), Some((1280, 720)));
    assert_eq!(size(&flow(text, "cam.preview")), Some((640, 360)));
    assert_eq!(size(&flow(text, "cam.isp")), None);
    let open = "[nodes.cam]\ntype = \"Camera\"";
    assert_eq!(size(&flow(open, "cam.video")), None);
}

fn manip(more: &str) -> Flow {
    let text = format!(
        "{CAMERA}interleaved = false
        [nodes.manip]
        type = \"ImageManip\"
        inputs.inputImage = \"cam.preview\"
        {more}"
    );
    flow(&text, "manip.out")
}

#[test]
fn image_manip_keeps_what_it_is_not_told_to_change() {
    let same = manip("");
    assert_eq!(size(&same), Some((300, 300)));
    assert_eq!(frame_type(&same), Some(FrameType::BGR888p));
    assert_eq!(same.fps.unwrap().value.to_string(), "12.5");
}

#[test]
fn image_manip_crops_resizes_and_converts() {
    let gray = manip("resize = [128, 64]\nframe_type = \"GRAY8\"");
    assert_eq!(size(&gray), Some((128, 64)));
    assert_eq!(bytes(&gray), Some(128 * 64));
    assert_eq!(
        size(&manip("crop_rect = [0.0, 0.25, 0.5, 0.75]")),
        Some((150, 150))
    );
    let rotated = "initial_config.crop_rotated_rect = { rr = { center = { x = 90, y = 90 }, \
                   size = { width = 120, height = 60 }, angle = 90 }, normalized_coords = false }";
    assert_eq!(size(&manip(rotated)), Some((120, 60)));
}

#[test]
fn a_fraction_of_a_pixel_is_unknown() {
    assert_eq!(size(&manip("crop_rect = [0.0, 0.0, 0.333, 1.0]")), None);
    assert_eq!(size(&manip("initial_config.rotation_degrees = 30")), None);
}

#[test]
fn an_image_above_the_nodes_own_limit_is_refused() {
    let refused = manip("resize = [640, 640]").refused;
    assert!(matches!(refused, Some(Refusal::TooManyBytes { .. })));
    let allowed = manip("resize = [640, 640]\nmax_output_frame_size = 1228800");
    assert_eq!(allowed.refused, None);
}

#[test]
fn what_a_message_may_change_is_unknown() {
    let changed = manip(
        "resize = [64, 64]
        inputs.inputConfig = \"script.config\"
        [nodes.script]
        type = \"Script\"
        source = \"script.py\"",
    );
    assert_eq!(size(&changed), None);
    assert_eq!(frame_type(&changed), None);
}

fn stereo(more: &str) -> String {
    format!(
        "[nodes.left]
        type = \"MonoCamera\"
        board_socket = \"CAM_B\"
        resolution = \"400p\"
        [nodes.right]
        type = \"MonoCamera\"
        board_socket = \"CAM_C\"
        resolution = \"400p\"
        [nodes.stereo]
        type = \"StereoDepth\"
        inputs.left = \"left.out\"
        inputs.right = \"right.out\"
        {more}"
    )
}

#[test]
fn depth_has_the_size_and_view_of_the_right_camera() {
    let text = stereo("");
    let depth = flow(&text, "stereo.depth");
    assert_eq!(size(&depth), Some((640, 400)));
    assert_eq!(frame_type(&depth), Some(FrameType::RAW16));
    assert_eq!(socket(&depth), Some(CameraBoardSocket::CAM_C));
    let disparity = flow(&text, "stereo.disparity");
    assert_eq!(frame_type(&disparity), Some(FrameType::RAW8));
    let left = flow(&text, "stereo.rectifiedLeft");
    assert_eq!(socket(&left), Some(CameraBoardSocket::CAM_B));
}

#[test]
fn a_preset_halves_depth_and_gives_disparity_fractions() {
    let text = stereo("default_profile_preset = \"ROBOTICS\"");
    assert_eq!(size(&flow(&text, "stereo.depth")), Some((320, 200)));
    let disparity = flow(&text, "stereo.disparity");
    assert_eq!(frame_type(&disparity), Some(FrameType::RAW16));
    assert_eq!(
        size(&flow(&text, "stereo.rectifiedRight")),
        Some((640, 400))
    );
}

#[test]
fn depth_aligned_to_colour_has_the_size_of_its_processed_image() {
    let aligned = stereo("depth_align = \"CAM_A\"\n");
    let mono = flow(&aligned, "stereo.depth");
    assert_eq!(size(&mono), Some((640, 400)), "no colour camera");
    let text = format!("{aligned}{CAMERA}isp_scale = [1, 3]");
    let depth = flow(&text, "stereo.depth");
    assert_eq!(size(&depth), Some((640, 360)));
    assert_eq!(socket(&depth), Some(CameraBoardSocket::CAM_A));
    let text = stereo("depth_align = \"CAM_A\"\noutput_size = [320, 180]");
    let text = format!("{text}{CAMERA}");
    assert_eq!(size(&flow(&text, "stereo.depth")), Some((320, 180)));
}

#[test]
fn inputs_of_unequal_size_are_refused() {
    let text = stereo("").replacen("400p", "720p", 1);
    let refused = flow(&text, "stereo.depth").refused;
    assert!(matches!(refused, Some(Refusal::UnequalInputs { .. })));
}

#[test]
fn a_network_sends_its_tensors_at_a_rate_that_nobody_knows() {
    let text = camera(
        "[nodes.net]
        type = \"NeuralNetwork\"
        model = \"detector.blob\"
        inputs.in = \"cam.preview\"
        [nodes.manip]
        type = \"ImageManip\"
        resize = [64, 64]
        inputs.inputImage = \"net.passthrough\"",
    );
    let out = flow(&text, "net.out");
    assert_eq!(bytes(&out), Some(1400));
    let face = flow(&text, "manip.out");
    assert_eq!(size(&face), Some((64, 64)));
    assert_eq!(face.fps, None);
}

#[test]
fn groups_come_apart_as_they_went_in() {
    let text = camera(
        "[nodes.group]
        type = \"Sync\"
        inputs.image = \"cam.isp\"
        inputs.small = \"cam.preview\"
        [nodes.apart]
        type = \"MessageDemux\"
        inputs.input = \"group.out\"
        [nodes.script]
        type = \"Script\"
        source = \"script.py\"
        inputs.small = \"apart.small\"",
    );
    let group = bytes(&flow(&text, "group.out"));
    assert_eq!(group, Some(1920 * 1080 * 3 / 2 + 300 * 300 * 3));
    assert_eq!(size(&flow(&text, "apart.small")), Some((300, 300)));
}

#[test]
fn sizes_print_as_width_by_height() {
    assert_eq!(Size::new(640, 400).to_string(), "640x400");
}

fn on(model: &str, text: &str) -> String {
    format!("[device]\nmodel = \"{model}\"\n{text}")
}

#[test]
fn a_mode_that_the_products_sensor_lacks_becomes_the_one_it_falls_back_to() {
    let text = on("OAK-1-MAX", &camera("resolution = \"1080p\""));
    let isp = flow(&text, "cam.isp");
    assert_eq!(size(&isp), Some((3840, 2160)));
    let lite = on(
        "OAK-D-LITE",
        "[nodes.left]\ntype = \"MonoCamera\"\nboard_socket = \"CAM_B\"",
    );
    assert_eq!(size(&flow(&lite, "left.out")), Some((640, 480)));
}

#[test]
fn a_camera_is_at_most_as_fast_as_its_sensor() {
    let fast = camera("").replace("12.5", "100");
    let isp = flow(&on("OAK-D-POE", &fast), "cam.isp");
    let fps = isp.fps.unwrap();
    assert_eq!(fps.value.to_string(), "60");
    assert_eq!(fps.origin.what, "the sensor's limit");
    let binning = format!("{fast}initial_control.misc = [[\"downsampling-mode\", \"binning\"]]");
    let isp = flow(&on("OAK-D-POE", &binning), "cam.isp");
    assert_eq!(isp.fps.unwrap().value.to_string(), "100");
}

#[test]
fn units_with_other_sensors_make_the_size_uncertain() {
    let text = on("OAK-D-PRO-POE", &camera("resolution = \"5_mp\""));
    assert_eq!(size(&flow(&text, "cam.isp")), None);
    let text = on("OAK-D-PRO-POE", &camera("resolution = \"1080p\""));
    assert_eq!(size(&flow(&text, "cam.isp")), Some((1920, 1080)));
}
