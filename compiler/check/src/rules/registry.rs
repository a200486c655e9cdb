//! The list of all rules.
//!
//! In: the rules. Out: [`REGISTRY`], from which `oakc explain`, docs/rules.md, docs/constraints.md,
//! the names in `[lint]` and in script comments, and the JSON Schema are made. Never: a rule that
//! is missing from it.

use oakc_diag::{Diagnostics, Rule};

use super::{
    camera, deprecated_key, encoder, flow, host_dependent_node, image, levels, model, network,
    openvino_conflict, openvino_deprecated, overridden_key, package, resource, script, sensor,
    stereo, sync, tracking, undocumented_value, unsupported_release, unused_parameter,
};
use crate::Context;
use oakc_core::compose::rules as compose;
use oakc_core::config::rules as config;
use oakc_core::graph::rules as graph;
use oakc_core::rules::internal_error::INTERNAL_ERROR;
use oakc_core::syntax::rules as syntax;

/// A rule, and when it is applied.
#[derive(Clone, Copy)]
pub(crate) struct Check {
    pub(crate) rule: &'static Rule,
    applied: Applied,
}

/// Checks an application and adds its findings.
type CheckFn = fn(&Context<'_>, &mut Diagnostics);

#[derive(Clone, Copy)]
enum Applied {
    /// While text, values, links or levels are read.
    Reading,
    /// To the graph and what is known about it.
    Graph(CheckFn),
    /// To the programs of Script nodes; comments can allow its findings.
    Scripts(CheckFn),
}

impl Check {
    /// A rule that is applied while something is read.
    const fn reading(rule: &'static Rule) -> Self {
        let applied = Applied::Reading;
        Self { rule, applied }
    }

    /// A rule about the graph.
    pub(super) const fn graph(rule: &'static Rule, check: CheckFn) -> Self {
        let applied = Applied::Graph(check);
        Self { rule, applied }
    }

    /// A rule about programs.
    pub(super) const fn scripts(rule: &'static Rule, check: CheckFn) -> Self {
        let applied = Applied::Scripts(check);
        Self { rule, applied }
    }

    /// Applies the rule, unless an earlier stage did.
    pub(crate) fn run(&self, context: &Context<'_>, diagnostics: &mut Diagnostics) {
        match self.applied {
            Applied::Reading => {}
            Applied::Graph(check) | Applied::Scripts(check) => check(context, diagnostics),
        }
    }

    const fn is_about_scripts(&self) -> bool {
        matches!(self.applied, Applied::Scripts(_))
    }
}

/// Every rule, by code.
pub(crate) static REGISTRY: &[Check] = &[
    Check::reading(&syntax::SYNTAX),
    Check::reading(&syntax::DUPLICATE_KEY),
    Check::reading(&config::UNKNOWN_KEY),
    Check::reading(&config::WRONG_TYPE),
    Check::reading(&config::OUT_OF_RANGE),
    Check::reading(&config::UNKNOWN_ENUMERATOR),
    Check::reading(&config::MISSING_KEY),
    Check::reading(&config::REFUSED_VALUE),
    Check::reading(&config::UNREADABLE_FILE),
    Check::reading(&config::UNKNOWN_PARAMETER),
    Check::reading(&config::CYCLIC_PARAMETER),
    host_dependent_node::CHECK,
    Check::reading(&config::UNKNOWN_NODE_KIND),
    Check::reading(&config::UNKNOWN_MODEL),
    Check::reading(&config::INVALID_MODEL),
    Check::reading(&config::MODEL_MISMATCH),
    Check::reading(&graph::UNKNOWN_NODE),
    Check::reading(&graph::UNKNOWN_PORT),
    Check::reading(&graph::INCOMPATIBLE_LINK),
    Check::reading(&graph::DUPLICATE_LINK),
    Check::reading(&graph::PORT_COLLISION),
    Check::reading(&graph::DUPLICATE_ID),
    Check::reading(&graph::MALFORMED_REFERENCE),
    Check::reading(&levels::unknown_rule::RULE),
    Check::reading(&levels::conflicting_levels::RULE),
    openvino_conflict::CHECK,
    openvino_deprecated::CHECK,
    unsupported_release::CHECK,
    Check::reading(&levels::fixed_level::RULE),
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
    overridden_key::CHECK,
    Check::reading(&INTERNAL_ERROR),
    undocumented_value::CHECK,
    Check::reading(&compose::ENDLESS_EXTENDS),
    Check::reading(&compose::UNKNOWN_PROFILE),
    Check::reading(&config::MISSING_VARIABLE),
    unused_parameter::CHECK,
    script::unknown_script_parameter::CHECK,
    Check::reading(&config::MODEL_NOT_MADE),
    Check::reading(&config::OLDER_OAKC),
    deprecated_key::CHECK,
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
    sensor::blocking_spi::CHECK,
    flow::unused_node::CHECK,
    flow::unfed_input::CHECK,
    flow::starved_cycle::CHECK,
    flow::blocking_cycle::CHECK,
    flow::mixed_sources::CHECK,
    flow::empty_queue::CHECK,
    resource::memory_budget::CHECK,
    resource::shave_budget::CHECK,
    resource::encoder_throughput::CHECK,
    resource::isp_throughput::CHECK,
    model::unused_model::CHECK,
    model::model_resources::CHECK,
    model::model_tensors::CHECK,
    model::model_contradiction::CHECK,
    network::network_input_colours::CHECK,
    package::unknown_product::CHECK,
    package::flash_size::CHECK,
    package::no_application_flash::CHECK,
    package::malformed_flash_size::CHECK,
    package::long_application_name::CHECK,
    script::script_syntax::CHECK,
    script::missing_script::CHECK,
    script::absent_module::CHECK,
    script::unknown_module::CHECK,
    script::module_needs_leon_css::CHECK,
    script::network_without_ethernet::CHECK,
    script::host_name_needs_dns::CHECK,
    script::unknown_script_port::CHECK,
    script::unused_script_port::CHECK,
    script::computed_port_name::CHECK,
    script::blocking_read_unfed::CHECK,
    script::log_only_script::CHECK,
    script::busy_loop::CHECK,
    script::buffer_overflow::CHECK,
    script::send_none::CHECK,
    script::emmc_not_enabled::CHECK,
    script::uart_not_enabled::CHECK,
    script::undefined_name::CHECK,
    script::unknown_attribute::CHECK,
    script::unknown_import_name::CHECK,
    script::wrong_arguments::CHECK,
    script::wrong_operation::CHECK,
    script::wrong_message_type::CHECK,
    script::unchecked_message::CHECK,
    script::main_guard::CHECK,
    script::unlinked_script_output::CHECK,
    script::unguarded_connect::CHECK,
    script::disconnect_ends_script::CHECK,
    script::partial_send::CHECK,
    script::unknown_directory::CHECK,
    script::fixed_message_size::CHECK,
    script::hoarded_frames::CHECK,
    script::unsuitable_stream::CHECK,
    package::board_setting::CHECK,
    package::sipp_buffer::CHECK,
    package::unsuitable_calibration::CHECK,
    script::shadowed_module::CHECK,
    script::unlogged_script::CHECK,
];

/// All rules, by code.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    REGISTRY.iter().map(|check| check.rule)
}

/// The rules whose level the user can choose, by code.
pub fn adjustable() -> impl Iterator<Item = &'static Rule> {
    all().filter(|rule| rule.adjustable)
}

/// The rules that a script comment can allow, by code.
pub(crate) fn about_scripts() -> impl Iterator<Item = &'static Rule> {
    let checks = REGISTRY.iter().filter(|check| check.is_about_scripts());
    checks.map(|check| check.rule)
}

/// The rule with this name or code.
pub fn find(name: &str) -> Option<&'static Rule> {
    all().find(|rule| rule.is_called(name))
}
