//! How a model is to be compiled.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The type of a tensor's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Precision {
    /// Bytes, as images have.
    U8,
    /// 16 bits, which the camera calculates with.
    #[serde(rename = "FP16")]
    Fp16,
    /// 32 bits.
    #[serde(rename = "FP32")]
    Fp32,
}

impl Precision {
    /// As OpenVINO writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::U8 => "U8",
            Self::Fp16 => "FP16",
            Self::Fp32 => "FP32",
        }
    }
}

impl fmt::Display for Precision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Precision {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let all = [Self::U8, Self::Fp16, Self::Fp32];
        let found = all
            .into_iter()
            .find(|one| one.name().eq_ignore_ascii_case(text));
        found.ok_or_else(|| format!("`{text}` is not U8, FP16 or FP32"))
    }
}

/// Another shape for an input: `1,3,320,320`, or `NAME=1,3,320,320` where there are several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// The input; empty for the only one.
    pub input: String,
    /// Its sizes, outermost first.
    pub sizes: Vec<u32>,
}

impl FromStr for Shape {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (input, sizes) = text.rsplit_once('=').unwrap_or(("", text));
        let sizes = sizes.split([',', 'x']);
        let sizes: Option<Vec<u32>> = sizes
            .map(|size| size.trim().parse().ok().filter(|size| *size > 0))
            .collect();
        let sizes = sizes.ok_or_else(|| format!("`{text}` is not a shape such as 1,3,320,320"))?;
        Ok(Self {
            input: input.to_owned(),
            sizes,
        })
    }
}

/// How a model is to be compiled. Equal settings give equal blobs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// For how many SHAVEs, from 1 to 16; it takes as many CMX slices.
    pub shaves: u32,
    /// What is subtracted from each channel, in the order of the model's channels: one for each, or one for all.
    pub mean: Vec<f32>,
    /// What each channel is then divided by.
    pub scale: Vec<f32>,
    /// Whether red and blue are swapped before that.
    pub reverse_channels: bool,
    /// The type of all inputs.
    pub input_precision: Precision,
    /// The type of all outputs that are not whole numbers.
    pub output_precision: Precision,
    /// Other shapes of inputs, by their name; without a name, that of the only one.
    pub reshape: BTreeMap<String, Vec<u32>>,
    /// The layers where the model ends, instead of at its outputs.
    pub outputs: Vec<String>,
}

impl Settings {
    /// For these SHAVEs: a model that takes bytes, and returns what the camera calculates.
    pub fn new(shaves: u32) -> Self {
        Self {
            shaves,
            mean: Vec::new(),
            scale: Vec::new(),
            reverse_channels: false,
            input_precision: Precision::U8,
            output_precision: Precision::Fp16,
            reshape: BTreeMap::new(),
            outputs: Vec::new(),
        }
    }

    /// What is wrong with them, whatever the model is.
    ///
    /// # Errors
    /// With what is wrong, in terms of the keys.
    pub fn check(&self) -> Result<(), String> {
        if !(1..=16).contains(&self.shaves) {
            let shaves = self.shaves;
            return Err(format!(
                "`shaves` is {shaves}, but a camera has 1 to 16 of them"
            ));
        }
        if self.output_precision == Precision::U8 {
            return Err("`output_precision` is U8, but the camera returns FP16 or FP32".to_owned());
        }
        let is_bad = |value: &f32| !value.is_finite();
        if self.mean.iter().chain(&self.scale).any(is_bad) {
            return Err("`mean` and `scale` have to be finite numbers".to_owned());
        }
        if self.scale.contains(&0.0) {
            return Err("`scale` is what channels are divided by, so it cannot be 0".to_owned());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_are_read_with_and_without_a_name() {
        let shape = |text: &str| text.parse::<Shape>().map(|it| (it.input, it.sizes));
        assert_eq!(
            shape("1,3,48,320"),
            Ok((String::new(), vec![1, 3, 48, 320]))
        );
        assert_eq!(shape("x=1x3x2x2"), Ok(("x".to_owned(), vec![1, 3, 2, 2])));
        for bad in ["", "x", "1,-1", "1,0", "x="] {
            assert!(shape(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_no_camera_can_do_is_refused_before_anything_is_compiled() {
        assert_eq!(Settings::new(16).check(), Ok(()));
        let error = Settings::new(17).check().unwrap_err();
        assert_eq!(error, "`shaves` is 17, but a camera has 1 to 16 of them");
        let mut settings = Settings::new(6);
        settings.scale = vec![1.0, 0.0, 1.0];
        assert!(settings.check().unwrap_err().contains("cannot be 0"));
        settings.scale = vec![f32::NAN];
        assert!(settings.check().unwrap_err().contains("finite"));
    }
}
