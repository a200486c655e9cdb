//! The keys with which a `SpatialLocationCalculator` sets its regions.

/// The keys that hold the regions, most specific first.
pub(super) const REGIONS: [&str; 8] = [
    "roi_config.config",
    "roi_config.rois",
    "roi_config.add_roi",
    "initial_config.config",
    "initial_config.rois",
    "initial_config.add_roi",
    "roi_config",
    "initial_config",
];
