//! `IMU`: packets of motion sensor readings out.

use crate::datatype::Datatype;
use crate::node::{Accepts, ModelRole, NodeKind, Output, Processors, Role, Start};
use crate::reflect::{Either, Reflect, Setter, With};

/// Properties of `IMU`.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct IMUProperties {
    /// What is read, and how often; at least one. `enable_imu_sensor` is a shorter form.
    pub imu_sensors: Vec<IMUSensorConfig>,
    /// Packets gathered before a message is sent; more means fewer, larger messages. At most
    /// `max_batch_reports`.
    #[reflect(default = 1)]
    pub batch_report_threshold: i32,
    /// Maximum number of packets in one message, 1 to 5; they pile up if nothing receives the
    /// messages.
    #[reflect(default = 5)]
    pub max_batch_reports: i32,
    /// In this release this only causes a warning: the sensor's firmware is updated by a host
    /// program.
    #[reflect(default = Some(false))]
    pub enable_firmware_update: Option<bool>,
}

/// One kind of reading, and how often it is wanted.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct IMUSensorConfig {
    /// Report only if the reading has changed by `change_sensitivity`.
    pub sensitivity_enabled: bool,
    /// Whether `change_sensitivity` is a distance from the last report (true) or an absolute value
    /// that must be exceeded (false).
    pub sensitivity_relative: bool,
    /// The smallest change that is reported: a 16-bit fixed-point number in the sensor's own scale.
    /// 0 reports everything.
    pub change_sensitivity: u16,
    /// Reports per second; 0 turns the sensor off. The chip uses the nearest rate that it supports:
    /// a BNO086 rounds up, a BMI270 (25, 50, 100, 200, 250) down.
    #[reflect(default = 100)]
    pub report_rate: u32,
    /// What is read. A sensor that is listed twice counts only once.
    #[reflect(default = IMUSensor::ACCELEROMETER)]
    pub sensor_id: IMUSensor,
}

/// A reading of the motion sensor: a BNO086 provides all of them, a BMI270 only `ACCELEROMETER_RAW`
/// and `GYROSCOPE_RAW`.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[repr(i32)]
pub enum IMUSensor {
    /// Acceleration in m/s², as measured, with gravity.
    #[default]
    ACCELEROMETER_RAW = 20,
    /// Acceleration in m/s², calibrated, with gravity.
    ACCELEROMETER = 1,
    /// Acceleration in m/s² without gravity.
    LINEAR_ACCELERATION = 4,
    /// Gravity alone, in m/s².
    GRAVITY = 6,
    /// Angular velocity in rad/s, as measured.
    GYROSCOPE_RAW = 21,
    /// Angular velocity in rad/s, calibrated.
    GYROSCOPE_CALIBRATED = 2,
    /// Angular velocity in rad/s, without bias correction.
    GYROSCOPE_UNCALIBRATED = 7,
    /// Magnetic field in µT, as measured.
    MAGNETOMETER_RAW = 22,
    /// Magnetic field in µT, calibrated.
    MAGNETOMETER_CALIBRATED = 3,
    /// Magnetic field in µT, without correction for the camera's own iron.
    MAGNETOMETER_UNCALIBRATED = 15,
    /// Orientation relative to north and gravity, as a quaternion, from all three sensors: the most
    /// accurate one.
    ROTATION_VECTOR = 5,
    /// Orientation without the magnetometer: it never jumps, but its heading drifts and starts at
    /// an arbitrary value.
    GAME_ROTATION_VECTOR = 8,
    /// Orientation without the gyroscope: uses less power, but is slower and easily disturbed by
    /// magnets.
    GEOMAGNETIC_ROTATION_VECTOR = 9,
    /// As `ROTATION_VECTOR`, with corrections spread over movements so that nothing jumps.
    ARVR_STABILIZED_ROTATION_VECTOR = 40,
    /// As `GAME_ROTATION_VECTOR`, with corrections spread over movements so that nothing jumps.
    ARVR_STABILIZED_GAME_ROTATION_VECTOR = 41,
}

/// The node kind `IMU`.
pub static KIND: NodeKind = NodeKind {
    schema_name: "IMU",
    doc: "Reads the motion sensor: acceleration, rotation, magnetic field, orientation. A pipeline can \
          have one, on a camera that has the chip.",
    role: Role::Source,
    model: ModelRole::None,
    processors: Processors::NONE,
    start: Start::ALWAYS,
    properties: IMUProperties::SHAPE,
    default_properties: || IMUProperties::default().to_value(),
    setters: SETTERS,
    inputs: &[],
    outputs: &[Output::new("out", &[Accepts::exactly(Datatype::IMUData)])],
    input_map: None,
    output_map: None,
};

static SETTERS: &[Setter] = &[Setter {
    key: "enable_imu_sensor",
    methods: &["enableIMUSensor"],
    doc: "Sensors to read, one or a list: `{ sensor, report_rate }`, or a whole entry of \
          `imu_sensors`. `{ sensors, report_rate }` sets several at one rate and must come \
          first.",
    apply: &With(
        |imu: &mut IMUProperties, wanted: Either<Vec<Enable>, Enable>, _| match wanted {
            Either::A(several) => several.into_iter().try_for_each(|one| enable(imu, one)),
            Either::B(one) => enable(imu, one),
        },
    ),
}];

/// What one call of `enableIMUSensor` takes.
type Enable = Either<Either<SensorRate, SensorsRate>, IMUSensorConfig>;

/// One sensor and its rate.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct SensorRate {
    /// What is read.
    #[reflect(default = IMUSensor::ACCELEROMETER)]
    pub sensor: IMUSensor,
    /// Reports per second.
    #[reflect(default = 100)]
    pub report_rate: u32,
}

/// Several sensors at one rate.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct SensorsRate {
    /// What is read.
    pub sensors: Vec<IMUSensor>,
    /// Reports per second, for each.
    #[reflect(default = 100)]
    pub report_rate: u32,
}

fn enable(imu: &mut IMUProperties, wanted: Enable) -> Result<(), String> {
    match wanted {
        Either::A(Either::A(one)) => imu
            .imu_sensors
            .push(sensor_config(one.sensor, one.report_rate)),
        Either::A(Either::B(several)) => {
            // The library's call with a list discards what was enabled before it.
            if !imu.imu_sensors.is_empty() {
                return Err(
                    "`sensors` replaces everything enabled before it; put it first, or list the \
                     others one by one with `sensor`"
                        .to_owned(),
                );
            }
            let configs = several.sensors.into_iter();
            imu.imu_sensors = configs
                .map(|sensor| sensor_config(sensor, several.report_rate))
                .collect();
        }
        Either::B(config) => imu.imu_sensors.push(config),
    }
    Ok(())
}

fn sensor_config(sensor_id: IMUSensor, report_rate: u32) -> IMUSensorConfig {
    IMUSensorConfig {
        report_rate,
        sensor_id,
        ..IMUSensorConfig::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one() -> Enable {
        Either::A(Either::A(SensorRate::default()))
    }

    fn several() -> Enable {
        Either::A(Either::B(SensorsRate {
            sensors: vec![IMUSensor::GYROSCOPE_RAW, IMUSensor::GRAVITY],
            report_rate: 50,
        }))
    }

    #[test]
    fn sensors_add_up_in_the_order_in_which_they_are_written() {
        let mut imu = IMUProperties::default();
        enable(&mut imu, several()).unwrap();
        enable(&mut imu, one()).unwrap();
        let enabled: Vec<_> = imu
            .imu_sensors
            .iter()
            .map(|s| (s.sensor_id, s.report_rate))
            .collect();
        let expected = [
            (IMUSensor::GYROSCOPE_RAW, 50),
            (IMUSensor::GRAVITY, 50),
            (IMUSensor::ACCELEROMETER, 100),
        ];
        assert_eq!(enabled, expected);
    }

    #[test]
    fn a_list_that_would_replace_earlier_sensors_is_refused() {
        let mut imu = IMUProperties::default();
        enable(&mut imu, one()).unwrap();
        assert!(
            enable(&mut imu, several())
                .unwrap_err()
                .contains("put it first")
        );
        assert_eq!(imu.imu_sensors.len(), 1);
    }
}
