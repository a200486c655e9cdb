//! The rules. A new one is a file here and a line in [`CHECKS`], or in the list of its own that an
//! area has.

mod camera;
mod encoder;
mod flow;
mod host_dependent_node;
mod image;
mod model;
mod network;
mod openvino_conflict;
mod openvino_deprecated;
mod package;
mod resource;
mod script;
mod sensor;
mod stereo;
mod sync;
mod tracking;
mod unknown_rule;
mod unsupported_release;

use oakc_diag::Rule;

use super::Check;
use oakc_core::config::rules as config;
use oakc_core::graph::rules as graph;
use oakc_core::syntax::rules as syntax;

pub use unknown_rule::UNKNOWN_RULE;

/// The rules that look at the graph, by code; those about scripts apart.
static CHECKS: &[Check] = &[
    host_dependent_node::CHECK,
    openvino_conflict::CHECK,
    openvino_deprecated::CHECK,
    unsupported_release::CHECK,
    camera::output_size::CHECK,
    camera::isp_scale::CHECK,
    camera::unsupported_resolution::CHECK,
    camera::fps_above_sensor::CHECK,
    camera::frame_rate::CHECK,
    camera::still_without_trigger::CHECK,
    camera::shared_socket::CHECK,
    camera::missing_sensor::CHECK,
    camera::control_range::CHECK,
    camera::sensor_crop::CHECK,
    camera::sensor_mode::CHECK,
    stereo::stereo_input_size::CHECK,
    stereo::stereo_unlinked::CHECK,
    stereo::unequal_stereo_queues::CHECK,
    stereo::stereo_output_width::CHECK,
    stereo::alignment_without_check::CHECK,
    stereo::alignment_target::CHECK,
    stereo::alignment_without_camera::CHECK,
    stereo::alignment_with_shift::CHECK,
    stereo::subpixel_bits::CHECK,
    stereo::median_range::CHECK,
    stereo::extended_companding::CHECK,
    stereo::stereo_setting_range::CHECK,
    stereo::repeated_filter::CHECK,
    stereo::filter_without_place::CHECK,
    stereo::slow_stereo::CHECK,
    stereo::cost_dump_without_subpixel::CHECK,
    stereo::rectification_mesh_size::CHECK,
    stereo::same_stereo_input::CHECK,
    stereo::unknown_stereo_size::CHECK,
    stereo::stereo_mode_switch::CHECK,
    image::unsupported_frame_type::CHECK,
    image::disparity_as_depth::CHECK,
    image::frame_too_large::CHECK,
    image::manip_too_wide::CHECK,
    image::warp_size::CHECK,
    image::warped_width::CHECK,
    image::manip_input_pool::CHECK,
    image::crop_rectangle::CHECK,
    image::warp_engine::CHECK,
    image::warp_mesh::CHECK,
    image::blocking_align_to::CHECK,
    image::sobel_kernel::CHECK,
    image::edge_input_width::CHECK,
    image::tag_hamming_distance::CHECK,
    image::feature_tracker_resources::CHECK,
    image::feature_tracker_setting::CHECK,
    image::cast_input::CHECK,
    network::missing_model::CHECK,
    network::inference_threads::CHECK,
    network::network_input_size::CHECK,
    network::network_input_layout::CHECK,
    network::network_input_too_small::CHECK,
    network::network_layers::CHECK,
    network::network_passthrough::CHECK,
    network::unreadable_input_size::CHECK,
    network::detection_settings::CHECK,
    network::anchor_masks::CHECK,
    network::unset_threshold::CHECK,
    network::detection_family::CHECK,
    network::bounding_box_scale::CHECK,
    network::depth_thresholds::CHECK,
    network::depth_camera::CHECK,
    network::warped_picture::CHECK,
    network::spatial_algorithm::CHECK,
    network::missing_region::CHECK,
    network::region_outside::CHECK,
    network::deprecated_output::CHECK,
    tracking::tracker_object_limit::CHECK,
    tracking::tracker_settings::CHECK,
    tracking::tracker_camera::CHECK,
    tracking::unknown_label::CHECK,
    encoder::encoder_frame_size::CHECK,
    encoder::both_encoder_outputs::CHECK,
    encoder::encoder_setting::CHECK,
    encoder::encoder_rate::CHECK,
    sensor::tof_input::CHECK,
    sensor::tof_orientation::CHECK,
    sensor::tof_rate::CHECK,
    sensor::tof_unwrapping_level::CHECK,
    sensor::second_imu::CHECK,
    sensor::imu_without_sensors::CHECK,
    sensor::unsupported_imu_sensor::CHECK,
    sensor::repeated_imu_sensor::CHECK,
    sensor::imu_batch::CHECK,
    sensor::no_imu::CHECK,
    sync::empty_group::CHECK,
    sync::unknown_member::CHECK,
    sync::ungrouped_input::CHECK,
    sync::unequal_sync_rates::CHECK,
    sensor::imu_rate::CHECK,
    sensor::imu_firmware_update::CHECK,
    sensor::spi_without_peer::CHECK,
    sensor::spi_stream_name::CHECK,
    sensor::spi_bandwidth::CHECK,
    sensor::system_logger_rate::CHECK,
    sensor::uvc_frame::CHECK,
    sensor::second_uvc::CHECK,
    flow::unused_node::CHECK,
    flow::unfed_input::CHECK,
    flow::starved_cycle::CHECK,
    flow::blocking_cycle::CHECK,
    flow::mixed_sources::CHECK,
    flow::empty_queue::CHECK,
    model::unused_model::CHECK,
    model::model_resources::CHECK,
    model::model_tensors::CHECK,
    resource::memory_budget::CHECK,
    resource::shave_budget::CHECK,
    resource::encoder_throughput::CHECK,
    resource::isp_throughput::CHECK,
    package::unknown_product::CHECK,
    package::flash_size::CHECK,
    package::no_application_flash::CHECK,
    package::malformed_flash_size::CHECK,
    package::long_application_name::CHECK,
    package::board_setting::CHECK,
    package::sipp_buffer::CHECK,
];

/// The rules that earlier stages apply.
static FOUND_EARLIER: &[&Rule] = &[
    &syntax::SYNTAX,
    &syntax::DUPLICATE_KEY,
    &config::UNKNOWN_KEY,
    &config::WRONG_TYPE,
    &config::OUT_OF_RANGE,
    &config::UNKNOWN_ENUMERATOR,
    &config::MISSING_KEY,
    &config::REFUSED_VALUE,
    &config::UNREADABLE_FILE,
    &config::UNKNOWN_PARAMETER,
    &config::CYCLIC_PARAMETER,
    &config::UNKNOWN_NODE_KIND,
    &config::UNKNOWN_MODEL,
    &config::INVALID_MODEL,
    &config::MODEL_MISMATCH,
    &graph::UNKNOWN_NODE,
    &graph::UNKNOWN_PORT,
    &graph::INCOMPATIBLE_LINK,
    &graph::DUPLICATE_LINK,
    &graph::PORT_COLLISION,
    &graph::DUPLICATE_ID,
    &graph::MALFORMED_REFERENCE,
    &UNKNOWN_RULE,
];

/// The rules that look at the graph and at scripts, by code.
pub fn checks() -> impl Iterator<Item = &'static Check> {
    CHECKS.iter().chain(script::CHECKS)
}

/// The rules that a comment of a script can allow, by code.
pub(super) fn about_scripts() -> impl Iterator<Item = &'static Rule> {
    script::CHECKS.iter().map(|check| check.rule)
}

/// All rules, by code.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    let checks = checks().map(|check| check.rule);
    let mut rules: Vec<_> = FOUND_EARLIER.iter().copied().chain(checks).collect();
    rules.sort_by_key(|rule| rule.code);
    rules.into_iter()
}

/// The rule with this name or code.
pub fn find(name: &str) -> Option<&'static Rule> {
    all().find(|rule| rule.is_called(name))
}
