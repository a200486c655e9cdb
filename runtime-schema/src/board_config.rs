//! The board configuration: USB, network, pins and watchdog, set before the pipeline starts.
//!
//! The library's `mipi4LaneRgb` is missing because the library never writes it.

use std::collections::BTreeMap;

use crate::camera::{CameraBoardSocket, CameraImageOrientation, CameraSensorType};
use crate::image::FrameType;
use crate::processor::{LogLevel, UsbSpeed};
use crate::reflect::Reflect;

/// How the camera's board is set up before the pipeline starts. It is stored in the header before
/// the firmware, not in the pipeline.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct BoardConfig {
    /// How the camera presents itself on USB.
    pub usb: Usb,
    /// Ethernet settings of a PoE camera.
    pub network: Network,
    /// Settings of the device's FreeBSD network stack, each `name=value`, such as
    /// `net.inet.tcp.delayed_ack=0` (which is always set).
    pub sysctl: Vec<String>,
    /// Milliseconds without a sign of life after which the camera resets itself; the device caps
    /// it. Default: 1500 on USB, 4000 on Ethernet.
    pub watchdog_timeout_ms: Option<u32>,
    /// Milliseconds after the start before the watchdog becomes active. Default: the device
    /// decides.
    pub watchdog_initial_delay_ms: Option<u32>,
    /// Pins by GPIO number, set up at the start.
    pub gpio: BTreeMap<i8, Gpio>,
    /// Serial ports to turn on, by number; their pins need the right mode in `gpio` as well.
    pub uart: BTreeMap<i8, Uart>,
    /// Use the chip's internal clock for PCIe. Default: as the board requires.
    pub pcie_internal_clock: Option<bool>,
    /// Use the chip's internal clock for the USB 3 port. Default: as the board requires.
    pub usb3_phy_internal_clock: Option<bool>,
    /// Turn on the eMMC, so that scripts can use it at `/media/mmcsd-0-0/`. Default: the device
    /// decides.
    pub emmc: Option<bool>,
    /// File on the camera that the log is written to. Default: no log file.
    pub log_path: Option<String>,
    /// Largest size of the log file in bytes. Default: the device decides.
    pub log_size_max: Option<u64>,
    /// The least severe message that goes into the log file. Default: the device decides.
    pub log_verbosity: Option<LogLevel>,
    /// Whether the firmware's own output goes into the log file too. Default: the device decides.
    pub log_device_prints: Option<bool>,
    /// Set by a host that shares the camera with others; has no effect without a host.
    pub non_exclusive_mode: bool,
    /// Descriptions of the cameras, by board socket; they override what the device detects.
    pub camera: BTreeMap<CameraBoardSocket, BoardCamera>,
    /// How the motion sensor is wired; only for boards not made by Luxonis.
    pub imu: Option<BoardImu>,
    /// The webcam as which the camera appears on USB; a `UVC` node needs it, because USB is set up
    /// before the pipeline.
    pub uvc: Option<BoardUvc>,
}

/// USB IDs and names.
#[derive(Reflect, Clone, Debug, PartialEq)]
#[reflect(name = "BoardConfig::USB")]
pub struct Usb {
    /// Vendor ID while a host drives the camera.
    #[reflect(default = 0x03E7)]
    pub vid: u16,
    /// Product ID while a host drives the camera.
    #[reflect(default = 0xF63B)]
    pub pid: u16,
    /// Vendor ID while the camera runs an application from its flash.
    #[reflect(default = 0x03E7)]
    pub flash_booted_vid: u16,
    /// Product ID while the camera runs an application from its flash.
    #[reflect(default = 0xF63D)]
    pub flash_booted_pid: u16,
    /// The fastest USB speed the camera offers.
    #[reflect(default = UsbSpeed::SUPER)]
    pub max_speed: UsbSpeed,
    /// Product name in the USB descriptor; empty for the default.
    pub product_name: String,
    /// Manufacturer in the USB descriptor; empty for the default.
    pub manufacturer: String,
}

/// Ethernet settings.
#[derive(Reflect, Clone, Debug, PartialEq)]
#[reflect(name = "BoardConfig::Network")]
pub struct Network {
    /// Largest packet in bytes; 0 leaves it to the device (1500 on Ethernet). The library's authors
    /// advise against more than 1500.
    pub mtu: u16,
    /// Send XLink packets at once instead of gathering small ones: lower latency, slightly lower
    /// throughput. Sockets opened by a script are not affected.
    #[reflect(default = true)]
    pub xlink_tcp_no_delay: bool,
}

/// One pin.
#[derive(Reflect, Clone, Debug, PartialEq)]
#[reflect(name = "BoardConfig::GPIO")]
pub struct Gpio {
    /// What the pin is connected to.
    #[reflect(default = GpioMode::DIRECT)]
    pub mode: GpioMode,
    /// Whether the pin is an input or an output.
    pub direction: GpioDirection,
    /// The level of an output.
    pub level: GpioLevel,
    /// The pull resistor of the pin.
    pub pull: GpioPull,
    /// How much current the pin can drive.
    pub drive: GpioDrive,
    /// Schmitt trigger on the input: slow or noisy edges are counted once.
    pub schmitt: bool,
    /// Steeper edges on the output, at the cost of more interference.
    pub slew_fast: bool,
}

/// One serial port.
#[derive(Reflect, Clone, Debug, PartialEq)]
#[reflect(name = "BoardConfig::UART")]
pub struct Uart {
    /// Ignored; the entry in the map is what turns the port on.
    pub tmp: i8,
}

/// The description of one camera.
#[derive(Reflect, Clone, Debug, PartialEq)]
#[reflect(name = "BoardConfig::Camera")]
pub struct BoardCamera {
    /// Its name, by which camera nodes can select it.
    pub name: String,
    /// The kind of sensor. Default: as detected.
    pub sensor_type: Option<CameraSensorType>,
    /// How it is mounted; frames are rotated accordingly. Default: as the board requires.
    pub orientation: Option<CameraImageOrientation>,
}

/// Pins of the motion sensor, by GPIO number.
#[derive(Reflect, Clone, Debug, PartialEq)]
#[reflect(name = "BoardConfig::IMU")]
pub struct BoardImu {
    /// SPI bus.
    pub bus: i8,
    /// Pin with which the sensor signals that it has data.
    #[reflect(default = 53)]
    pub interrupt: i8,
    /// Pin that wakes the sensor.
    #[reflect(default = 34)]
    pub wake: i8,
    /// Chip select.
    #[reflect(default = 8)]
    pub cs_gpio: i8,
    /// Pin that puts the sensor into its bootloader.
    #[reflect(default = 46)]
    pub boot: i8,
    /// Pin that resets the sensor.
    #[reflect(default = 45)]
    pub reset: i8,
}

/// A webcam on USB.
#[derive(Reflect, Clone, Debug, PartialEq)]
#[reflect(name = "BoardConfig::UVC")]
pub struct BoardUvc {
    /// The name a computer shows; empty for the default.
    pub camera_name: String,
    /// Width of the frames in pixels; the frames sent to the `UVC` node must match.
    #[reflect(default = 1920)]
    pub width: u16,
    /// Height of the frames in pixels; the frames sent to the `UVC` node must match.
    #[reflect(default = 1080)]
    pub height: u16,
    /// Pixel format; the frames sent to the `UVC` node must match.
    #[reflect(default = FrameType::NV12)]
    pub frame_type: FrameType,
    /// Whether the webcam is enabled.
    #[reflect(default = true)]
    pub enable: bool,
}

/// What a pin is connected to: one of its chip-specific functions, or plain input and output.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[reflect(name = "BoardConfig::GPIO::Mode")]
#[repr(i8)]
pub enum GpioMode {
    /// First function of the pin, per the chip's pin table.
    #[default]
    ALT_MODE_0 = 0,
    /// Second function of the pin, per the chip's pin table.
    ALT_MODE_1 = 1,
    /// Third function of the pin, per the chip's pin table.
    ALT_MODE_2 = 2,
    /// Fourth function of the pin, per the chip's pin table.
    ALT_MODE_3 = 3,
    /// Fifth function of the pin, per the chip's pin table.
    ALT_MODE_4 = 4,
    /// Sixth function of the pin, per the chip's pin table.
    ALT_MODE_5 = 5,
    /// Seventh function of the pin, per the chip's pin table.
    ALT_MODE_6 = 6,
    /// Plain input or output.
    DIRECT = 7,
}

/// Direction of a pin, seen from the camera.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[reflect(name = "BoardConfig::GPIO::Direction")]
#[repr(i8)]
pub enum GpioDirection {
    /// The pin is read.
    #[default]
    INPUT = 0,
    /// The pin is driven.
    OUTPUT = 1,
}

/// Level of an output.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[reflect(name = "BoardConfig::GPIO::Level")]
#[repr(i8)]
pub enum GpioLevel {
    /// Ground.
    #[default]
    LOW = 0,
    /// The supply voltage of the pin.
    HIGH = 1,
}

/// What holds a pin that is not driven.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[reflect(name = "BoardConfig::GPIO::Pull")]
#[repr(i8)]
pub enum GpioPull {
    /// Nothing: it floats.
    #[default]
    NO_PULL = 0,
    /// A resistor to the supply voltage.
    PULL_UP = 1,
    /// A resistor to ground.
    PULL_DOWN = 2,
    /// It keeps its last level.
    BUS_KEEPER = 3,
}

/// Drive strength of an output.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[reflect(name = "BoardConfig::GPIO::Drive")]
#[repr(i8)]
pub enum GpioDrive {
    /// 2 mA.
    #[default]
    MA_2 = 2,
    /// 4 mA.
    MA_4 = 4,
    /// 8 mA.
    MA_8 = 8,
    /// 12 mA.
    MA_12 = 12,
}
