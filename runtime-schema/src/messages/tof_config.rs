//! The configuration of time-of-flight decoding: in `ToF`'s properties and as a message at runtime.

use crate::image::MedianFilter;
use crate::reflect::{Reflect, Set, Setter};

/// How raw frames of a time-of-flight sensor become depth.
#[derive(Reflect, Clone, Debug, PartialEq)]
#[reflect(name = "RawToFConfig", setters = SETTERS)]
pub struct ToFConfig {
    /// Kernel size of the median filter for depth, or off.
    pub median: MedianFilter,
    /// Averages the two phase orders that the sensor alternates between, which reduces noise.
    #[reflect(default = true)]
    pub enable_phase_shuffle_temporal_filter: bool,
    /// Decodes groups of four frames: a quarter of the frame rate, less motion blur.
    pub enable_burst_mode: bool,
    /// Undistorts depth, amplitude and intensity if the camera is calibrated.
    #[reflect(default = true)]
    pub enable_distortion_correction: bool,
    /// For debugging: correction of the fixed pattern of phase noise.
    #[reflect(name = "enableFPPNCorrection")]
    pub enable_fppn_correction: Option<bool>,
    /// For debugging: conversion from distance along the ray to distance from the sensor plane.
    pub enable_optical_correction: Option<bool>,
    /// For debugging: correction for the temperature.
    pub enable_temperature_correction: Option<bool>,
    /// For debugging: correction of the periodic phase error.
    pub enable_wiggle_correction: Option<bool>,
    /// For debugging: whether distances beyond one phase turn are resolved.
    pub enable_phase_unwrapping: Option<bool>,
    /// How many phase turns are resolved, 0 to 5; one is about 1.5 m, so 4 reaches about 7.5 m.
    #[reflect(default = 4)]
    pub phase_unwrapping_level: i32,
    /// Pixels whose unwrapping error is above this become invalid.
    #[reflect(default = 100)]
    pub phase_unwrap_error_threshold: u16,
}

static SETTERS: &[Setter] = &[Setter {
    key: "median_filter",
    methods: &["setMedianFilter"],
    doc: "Kernel size of the median filter for depth, or off.",
    apply: &Set(|config: &mut ToFConfig, kernel| config.median = kernel),
}];
