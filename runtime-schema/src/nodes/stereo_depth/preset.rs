//! The presets of `StereoDepth`: a purpose in, its settings of matcher and filters out.
//!
//! The numbers are those of `StereoDepth::setDefaultProfilePreset` in the host library. A preset
//! changes only the settings it contains; everything else keeps its value.

use super::StereoDepthProperties;
use crate::image::MedianFilter;
use crate::messages::{DecimationMode, Filter, StereoDepthConfig};
use crate::reflect::Reflect;

/// A purpose that stereo matching can be set up for.
#[derive(Reflect, Clone, Copy, Debug, PartialEq, Eq)]
#[reflect(name = "StereoDepth::PresetMode")]
#[repr(u32)]
pub enum PresetMode {
    /// Fewer depth values, fewer wrong ones; no filters. The library calls it deprecated.
    HIGH_ACCURACY = 0,
    /// More depth values, more wrong ones; no filters. The library calls it deprecated; a new node
    /// is set up like this.
    HIGH_DENSITY = 1,
    /// For most uses: subpixel and all filters, up to 15 m, at half size.
    DEFAULT = 2,
    /// For faces near the camera: extended range, 3 cm to 3 m, at half size.
    FACE = 3,
    /// For small structures: extended range and strict matching, up to 15 m, at half size.
    HIGH_DETAIL = 4,
    /// For robots: strong smoothing within the frame and none over time, up to 10 m, at half size.
    ROBOTICS = 5,
}

/// Sets up `stereo` for a purpose.
pub(super) fn apply(stereo: &mut StereoDepthProperties, preset: PresetMode) {
    let config = &mut stereo.initial_config;
    config.algorithm_control.enable_left_right_check = true;
    let strict = matches!(preset, PresetMode::HIGH_ACCURACY | PresetMode::HIGH_DETAIL);
    let (confidence, left_right) = if strict { (200, 5) } else { (245, 10) };
    config.cost_matching.confidence_threshold = confidence;
    config.algorithm_control.left_right_check_threshold = left_right;

    if let Some(filters) = filters_of(preset) {
        filters.apply(config);
        stereo.num_post_processing_shaves = 3;
        stereo.num_post_processing_memory_slices = 3;
    }
}

/// The settings in which the presets with filters differ.
struct Filters {
    extended: bool,
    fractional_bits: i32,
    median: MedianFilter,
    hole_filling_radius: u8,
    spatial_delta: i32,
    temporal: bool,
    min_range: i32,
    max_range: i32,
}

const DEFAULT: Filters = Filters {
    extended: false,
    fractional_bits: 3,
    median: MedianFilter::KERNEL_7x7,
    hole_filling_radius: 1,
    spatial_delta: 3,
    temporal: true,
    min_range: 0,
    max_range: 15_000,
};

const HIGH_DETAIL: Filters = Filters {
    extended: true,
    fractional_bits: 5,
    median: MedianFilter::MEDIAN_OFF,
    ..DEFAULT
};

const FACE: Filters = Filters {
    min_range: 30,
    max_range: 3_000,
    ..HIGH_DETAIL
};

const ROBOTICS: Filters = Filters {
    hole_filling_radius: 2,
    spatial_delta: 20,
    temporal: false,
    max_range: 10_000,
    ..DEFAULT
};

fn filters_of(preset: PresetMode) -> Option<Filters> {
    match preset {
        PresetMode::HIGH_ACCURACY | PresetMode::HIGH_DENSITY => None,
        PresetMode::DEFAULT => Some(DEFAULT),
        PresetMode::FACE => Some(FACE),
        PresetMode::HIGH_DETAIL => Some(HIGH_DETAIL),
        PresetMode::ROBOTICS => Some(ROBOTICS),
    }
}

impl Filters {
    fn apply(&self, config: &mut StereoDepthConfig) {
        let control = &mut config.algorithm_control;
        control.enable_extended = self.extended;
        control.enable_subpixel = true;
        control.subpixel_fractional_bits = self.fractional_bits;

        let post = &mut config.post_processing;
        post.filtering_order = [
            Filter::DECIMATION,
            Filter::MEDIAN,
            Filter::SPECKLE,
            Filter::SPATIAL,
            Filter::TEMPORAL,
        ];
        post.median = self.median;
        post.decimation_filter.decimation_factor = 2;
        post.decimation_filter.decimation_mode = DecimationMode::PIXEL_SKIPPING;

        post.spatial_filter.enable = true;
        post.spatial_filter.hole_filling_radius = self.hole_filling_radius;
        post.spatial_filter.num_iterations = 1;
        post.spatial_filter.alpha = 0.5;
        post.spatial_filter.delta = self.spatial_delta;

        post.temporal_filter.enable = self.temporal;
        post.temporal_filter.alpha = 0.5;
        post.temporal_filter.delta = 3;

        post.speckle_filter.enable = true;
        post.speckle_filter.speckle_range = 200;
        post.speckle_filter.difference_threshold = 2;

        post.threshold_filter.min_range = self.min_range;
        post.threshold_filter.max_range = self.max_range;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_preset_of_a_new_node_changes_nothing() {
        let mut stereo = StereoDepthProperties::default();
        apply(&mut stereo, PresetMode::HIGH_DENSITY);
        assert_eq!(stereo, StereoDepthProperties::default());
    }

    #[test]
    fn a_preset_keeps_settings_that_it_does_not_contain() {
        let mut stereo = StereoDepthProperties::default();
        stereo.initial_config.post_processing.bilateral_sigma_value = 3;
        stereo.num_frames_pool = 9;
        apply(&mut stereo, PresetMode::ROBOTICS);
        assert_eq!(
            stereo.initial_config.post_processing.bilateral_sigma_value,
            3
        );
        assert_eq!(stereo.num_frames_pool, 9);
    }

    #[test]
    fn a_preset_without_filters_keeps_the_filters_of_an_earlier_one() {
        let mut stereo = StereoDepthProperties::default();
        apply(&mut stereo, PresetMode::FACE);
        let filters = stereo.initial_config.post_processing.clone();
        apply(&mut stereo, PresetMode::HIGH_ACCURACY);
        assert_eq!(stereo.initial_config.post_processing, filters);
        assert_eq!(
            stereo.initial_config.cost_matching.confidence_threshold,
            200
        );
    }
}
