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
mod unsupported_release;

use oakc_diag::{Rule, Severity};

use super::Check;
use oakc_core::config::rules as config;
use oakc_core::graph::rules as graph;
use oakc_core::syntax;

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
    stereo::input_size::CHECK,
    stereo::unlinked::CHECK,
    stereo::queues::CHECK,
    stereo::output_width::CHECK,
    stereo::alignment_without_check::CHECK,
    stereo::alignment_target::CHECK,
    stereo::alignment_without_camera::CHECK,
    stereo::alignment_with_shift::CHECK,
    stereo::subpixel_bits::CHECK,
    stereo::median_range::CHECK,
    stereo::extended_companding::CHECK,
    stereo::setting_range::CHECK,
    stereo::filter_order::CHECK,
    stereo::filter_without_place::CHECK,
    stereo::rate::CHECK,
    stereo::cost_dump::CHECK,
    stereo::mesh_size::CHECK,
    stereo::same_input::CHECK,
    stereo::unknown_size::CHECK,
    stereo::mode_switch::CHECK,
    image::frame_type::CHECK,
    image::disparity_as_depth::CHECK,
    image::frame_size::CHECK,
    image::manip_width::CHECK,
    image::warp_size::CHECK,
    image::warped_width::CHECK,
    image::manip_pool::CHECK,
    image::crop::CHECK,
    image::warp_engine::CHECK,
    image::mesh::CHECK,
    image::align_queue::CHECK,
    image::sobel_kernel::CHECK,
    image::edge_width::CHECK,
    image::tag_hamming::CHECK,
    image::feature_resources::CHECK,
    image::feature_setting::CHECK,
    image::cast_input::CHECK,
    network::missing_model::CHECK,
    network::threads::CHECK,
    network::input_size::CHECK,
    network::input_layout::CHECK,
    network::input_bytes::CHECK,
    network::layers::CHECK,
    network::passthroughs::CHECK,
    network::unreadable_input::CHECK,
    network::detection_settings::CHECK,
    network::anchor_masks::CHECK,
    network::unset_threshold::CHECK,
    network::detection_family::CHECK,
    network::box_scale::CHECK,
    network::depth_thresholds::CHECK,
    network::depth_camera::CHECK,
    network::warped_picture::CHECK,
    network::spatial_algorithm::CHECK,
    network::missing_region::CHECK,
    network::region_outside::CHECK,
    network::deprecated_output::CHECK,
    tracking::object_limit::CHECK,
    tracking::settings::CHECK,
    tracking::tracker_camera::CHECK,
    tracking::unknown_label::CHECK,
    encoder::frame_size::CHECK,
    encoder::outputs::CHECK,
    encoder::setting::CHECK,
    encoder::rate::CHECK,
    sensor::tof_input::CHECK,
    sensor::tof_orientation::CHECK,
    sensor::tof_rate::CHECK,
    sensor::tof_unwrapping::CHECK,
    sensor::second_imu::CHECK,
    sensor::imu_empty::CHECK,
    sensor::imu_chip::CHECK,
    sensor::imu_repeated::CHECK,
    sensor::imu_batch::CHECK,
    sensor::imu_absent::CHECK,
    sync::empty_group::CHECK,
    sync::unknown_member::CHECK,
    sync::no_group::CHECK,
    sync::unequal_rates::CHECK,
    sensor::imu_rate::CHECK,
    sensor::imu_firmware::CHECK,
    sensor::spi::CHECK,
    sensor::spi_stream::CHECK,
    sensor::spi_bandwidth::CHECK,
    sensor::logger_rate::CHECK,
    sensor::uvc_frame::CHECK,
    sensor::second_uvc::CHECK,
    flow::unused_node::CHECK,
    flow::unfed_input::CHECK,
    flow::starved_cycle::CHECK,
    flow::blocking_cycle::CHECK,
    flow::mixed_sources::CHECK,
    flow::empty_queue::CHECK,
    model::unused::CHECK,
    model::resources::CHECK,
    model::tensors::CHECK,
    resource::memory_budget::CHECK,
    resource::shave_budget::CHECK,
    resource::encoder_throughput::CHECK,
    resource::isp_throughput::CHECK,
    package::unknown_product::CHECK,
    package::flash_size::CHECK,
    package::no_flash::CHECK,
    package::malformed_flash::CHECK,
    package::long_name::CHECK,
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

/// A rule name that there is not.
pub static UNKNOWN_RULE: Rule = Rule {
    code: "OAK024",
    name: "unknown-rule",
    level: Severity::Error,
    summary: "`[lint]` or a comment names a rule that oakc does not have.",
    docs: "\
# What
`[lint]` or the command line names a rule that oakc does not have. Or the comment `# oakc: allow(RULE)` of a script
names none that is about scripts, which is a warning.

# Why on the device
A misspelt rule would silently stay at its level, and its finding be believed to be settled.

# Example
```toml
[lint]
allow = [\"openvino-depricated\"]
```

# Use instead
```toml
[lint]
allow = [\"openvino-deprecated\"]
```

# Source
`oakc explain` lists the rules.
",
};

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
