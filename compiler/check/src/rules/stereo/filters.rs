//! The filters of a StereoDepth that are on.

use oakc_runtime_schema::image::MedianFilter;
use oakc_runtime_schema::messages::{Filter, PostProcessing};

/// Where the order of the filters is written.
pub(super) const ORDER_KEY: &str = "initial_config.post_processing.filtering_order";

/// A filter, and where it is turned on.
type Enabled = (Filter, &'static [&'static str]);

/// The filters that are on, whether or not they are in the order.
pub(super) fn enabled(post: &PostProcessing) -> impl Iterator<Item = Enabled> {
    let all: [(bool, Enabled); 5] = [
        (
            post.median != MedianFilter::MEDIAN_OFF,
            (
                Filter::MEDIAN,
                &[
                    "median_filter",
                    "initial_config.median_filter",
                    "initial_config.post_processing.median",
                ],
            ),
        ),
        (
            post.decimation_filter.decimation_factor > 1,
            (
                Filter::DECIMATION,
                &["initial_config.post_processing.decimation_filter.decimation_factor"],
            ),
        ),
        (
            post.speckle_filter.enable,
            (
                Filter::SPECKLE,
                &["initial_config.post_processing.speckle_filter.enable"],
            ),
        ),
        (
            post.spatial_filter.enable,
            (
                Filter::SPATIAL,
                &["initial_config.post_processing.spatial_filter.enable"],
            ),
        ),
        (
            post.temporal_filter.enable,
            (
                Filter::TEMPORAL,
                &["initial_config.post_processing.temporal_filter.enable"],
            ),
        ),
    ];
    all.into_iter()
        .filter(|(on, _)| *on)
        .map(|(_, filter)| filter)
}
