//! The products, one entry each, from the board descriptions of depthai-boards and the pages of
//! depthai-hardware. Only those of the second generation (RVC2): others run other firmware.

use oakc_runtime_schema::camera::CameraBoardSocket::{CAM_A, CAM_B, CAM_C, CAM_D, CAM_E};

use super::sensors::{
    AR0234, IMX214, IMX378, IMX462, IMX582, OV7251, OV9282, OV9782, S5K33D, Sensor, TINY1C,
};
use super::{Camera, Flash, Imu, Socket};
use crate::flash::FlashSize;

const MIB_32: FlashSize = FlashSize { mebibytes: 32 };
const MIB_128: FlashSize = FlashSize { mebibytes: 128 };

/// Most units have 128 MiB, some 32.
const EITHER: Flash = Flash::Nor(&[MIB_32, MIB_128]);
const LARGE: Flash = Flash::Nor(&[MIB_128]);
const SMALL: Flash = Flash::Nor(&[MIB_32]);
const NOR_OF_ANY_SIZE: Flash = Flash::Nor(&[]);

const NO_IMU: &[Imu] = &[Imu::Absent];
const BNO: &[Imu] = &[Imu::Bno086];
const EITHER_IMU: &[Imu] = &[Imu::Bno086, Imu::Bmi270];

type Sensors = &'static [&'static Sensor];

const fn color(sensors: Sensors) -> Socket {
    Socket {
        socket: CAM_A,
        name: "color",
        sensors,
    }
}

const fn left(sensors: Sensors) -> Socket {
    Socket {
        socket: CAM_B,
        name: "left",
        sensors,
    }
}

const fn right(sensors: Sensors) -> Socket {
    Socket {
        socket: CAM_C,
        name: "right",
        sensors,
    }
}

/// One colour camera between two for depth.
const fn stereo(center: Sensors, sides: Sensors) -> [Socket; 3] {
    [color(center), left(sides), right(sides)]
}

const MONO: Sensors = &[&OV9282];
const ROLLING: Sensors = &[&IMX378];
const GLOBAL: Sensors = &[&OV9782];
const ROLLING_OR_GLOBAL: Sensors = &[&IMX378, &OV9782];
const LITE: Sensors = &[&IMX214];
const MAX: Sensors = &[&IMX582];
/// Whatever module is plugged in.
const ANY: Sensors = &[];

static ONE_GLOBAL: [Socket; 1] = [color(GLOBAL)];
static ONE_OF_BOTH: [Socket; 1] = [color(ROLLING_OR_GLOBAL)];
static ONE_LITE: [Socket; 1] = [color(LITE)];
static ONE_MAX: [Socket; 1] = [color(MAX)];
static STEREO: [Socket; 3] = stereo(ROLLING, MONO);
static STEREO_OF_BOTH: [Socket; 3] = stereo(ROLLING_OR_GLOBAL, MONO);
static STEREO_GLOBAL: [Socket; 3] = stereo(GLOBAL, MONO);
static STEREO_LITE: [Socket; 3] = stereo(LITE, &[&OV7251]);
static SHORT_RANGE: [Socket; 2] = [left(GLOBAL), right(GLOBAL)];
static SHORT_RANGE_POE: [Socket; 3] = [
    Socket {
        socket: CAM_A,
        name: "tof",
        sensors: &[&S5K33D],
    },
    left(GLOBAL),
    right(GLOBAL),
];
static LONG_RANGE: [Socket; 3] = [
    Socket {
        socket: CAM_A,
        name: "center",
        sensors: &[&AR0234],
    },
    left(&[&AR0234]),
    right(&[&AR0234]),
];
static THERMAL: [Socket; 2] = [
    color(&[&IMX462]),
    Socket {
        socket: CAM_E,
        name: "thermal",
        sensors: &[&TINY1C],
    },
];
static MODULE: [Socket; 1] = [modular(CAM_A)];
static MODULES_3: [Socket; 3] = [modular(CAM_A), modular(CAM_B), modular(CAM_C)];
static MODULES_4: [Socket; 4] = [
    modular(CAM_A),
    modular(CAM_B),
    modular(CAM_C),
    modular(CAM_D),
];

const fn modular(socket: oakc_runtime_schema::camera::CameraBoardSocket) -> Socket {
    Socket {
        socket,
        name: "",
        sensors: ANY,
    }
}

/// A USB camera, which boots from its host.
const USB: Camera = Camera {
    name: "",
    sockets: &[],
    ethernet: false,
    usb: true,
    spi: false,
    imu: NO_IMU,
    flash: Flash::None,
    emmc: false,
};

/// A camera that gets power, and talks, over Ethernet.
const POE: Camera = Camera {
    ethernet: true,
    usb: false,
    flash: EITHER,
    ..USB
};

/// The products, by name.
pub static CAMERAS: &[Camera] = &[
    Camera {
        name: "OAK-1",
        sockets: &ONE_OF_BOTH,
        ..USB
    },
    Camera {
        name: "OAK-1-97",
        sockets: &ONE_GLOBAL,
        ..USB
    },
    Camera {
        name: "OAK-1-LITE",
        sockets: &ONE_LITE,
        ..USB
    },
    Camera {
        name: "OAK-1-LITE-W",
        sockets: &ONE_LITE,
        ..USB
    },
    Camera {
        name: "OAK-1-MAX",
        sockets: &ONE_MAX,
        ..USB
    },
    Camera {
        name: "OAK-1-MAX-POE",
        sockets: &ONE_MAX,
        flash: LARGE,
        emmc: true,
        ..POE
    },
    Camera {
        name: "OAK-1-POE",
        sockets: &ONE_OF_BOTH,
        flash: LARGE,
        emmc: true,
        ..POE
    },
    Camera {
        name: "OAK-1-W",
        sockets: &ONE_OF_BOTH,
        ..USB
    },
    Camera {
        name: "OAK-1-W-97",
        sockets: &ONE_GLOBAL,
        ..USB
    },
    Camera {
        name: "OAK-1-W-POE",
        sockets: &ONE_OF_BOTH,
        flash: LARGE,
        emmc: true,
        ..POE
    },
    Camera {
        name: "OAK-1-W-POE-97",
        sockets: &ONE_GLOBAL,
        flash: LARGE,
        emmc: true,
        ..POE
    },
    Camera {
        name: "OAK-D",
        sockets: &STEREO,
        imu: BNO,
        ..USB
    },
    Camera {
        name: "OAK-D-CM4",
        sockets: &STEREO,
        ..USB
    },
    Camera {
        name: "OAK-D-CM4-POE",
        sockets: &STEREO,
        imu: EITHER_IMU,
        ..USB
    },
    Camera {
        name: "OAK-D-IOT-40",
        sockets: &STEREO,
        imu: BNO,
        spi: true,
        flash: LARGE,
        ..USB
    },
    Camera {
        name: "OAK-D-IOT-75",
        sockets: &STEREO,
        imu: BNO,
        spi: true,
        flash: LARGE,
        ..USB
    },
    Camera {
        name: "OAK-D-LITE",
        sockets: &STEREO_LITE,
        imu: &[Imu::Absent, Imu::Bmi270],
        ..USB
    },
    Camera {
        name: "OAK-D-LR",
        sockets: &LONG_RANGE,
        imu: EITHER_IMU,
        usb: true,
        flash: NOR_OF_ANY_SIZE,
        ..POE
    },
    Camera {
        name: "OAK-D-POE",
        sockets: &STEREO,
        imu: BNO,
        ..POE
    },
    Camera {
        name: "OAK-D-PRO",
        sockets: &STEREO_OF_BOTH,
        imu: EITHER_IMU,
        ..USB
    },
    Camera {
        name: "OAK-D-PRO-97",
        sockets: &STEREO_GLOBAL,
        imu: EITHER_IMU,
        ..USB
    },
    Camera {
        name: "OAK-D-PRO-POE",
        sockets: &STEREO_OF_BOTH,
        imu: EITHER_IMU,
        ..POE
    },
    Camera {
        name: "OAK-D-PRO-POE-97",
        sockets: &STEREO_GLOBAL,
        imu: EITHER_IMU,
        ..POE
    },
    Camera {
        name: "OAK-D-PRO-W",
        sockets: &STEREO_OF_BOTH,
        imu: EITHER_IMU,
        ..USB
    },
    Camera {
        name: "OAK-D-PRO-W-97",
        sockets: &STEREO_GLOBAL,
        imu: EITHER_IMU,
        ..USB
    },
    Camera {
        name: "OAK-D-PRO-W-POE",
        sockets: &STEREO_OF_BOTH,
        imu: EITHER_IMU,
        ..POE
    },
    Camera {
        name: "OAK-D-PRO-W-POE-97",
        sockets: &STEREO_GLOBAL,
        imu: EITHER_IMU,
        ..POE
    },
    Camera {
        name: "OAK-D-S2",
        sockets: &STEREO_OF_BOTH,
        imu: EITHER_IMU,
        ..USB
    },
    Camera {
        name: "OAK-D-S2-POE",
        sockets: &STEREO_OF_BOTH,
        imu: EITHER_IMU,
        ..POE
    },
    Camera {
        name: "OAK-D-SR",
        sockets: &SHORT_RANGE,
        imu: EITHER_IMU,
        ..USB
    },
    Camera {
        name: "OAK-D-SR-POE",
        sockets: &SHORT_RANGE_POE,
        imu: BNO,
        flash: SMALL,
        ..POE
    },
    Camera {
        name: "OAK-D-W",
        sockets: &STEREO_OF_BOTH,
        imu: EITHER_IMU,
        ..USB
    },
    Camera {
        name: "OAK-D-W-97",
        sockets: &STEREO_GLOBAL,
        imu: EITHER_IMU,
        ..USB
    },
    Camera {
        name: "OAK-D-W-POE",
        sockets: &STEREO_OF_BOTH,
        imu: EITHER_IMU,
        ..POE
    },
    Camera {
        name: "OAK-D-W-POE-97",
        sockets: &STEREO_GLOBAL,
        imu: EITHER_IMU,
        ..POE
    },
    Camera {
        name: "OAK-FFC-1P-POE",
        sockets: &MODULE,
        flash: NOR_OF_ANY_SIZE,
        ..POE
    },
    Camera {
        name: "OAK-FFC-3P",
        sockets: &MODULES_3,
        imu: EITHER_IMU,
        spi: true,
        ..USB
    },
    Camera {
        name: "OAK-FFC-4P",
        sockets: &MODULES_4,
        imu: EITHER_IMU,
        spi: true,
        flash: NOR_OF_ANY_SIZE,
        emmc: true,
        ..USB
    },
    Camera {
        name: "OAK-FFC-4P-POE",
        sockets: &MODULES_4,
        imu: EITHER_IMU,
        spi: true,
        flash: NOR_OF_ANY_SIZE,
        emmc: true,
        ..POE
    },
    Camera {
        name: "OAK-T",
        sockets: &THERMAL,
        imu: EITHER_IMU,
        flash: NOR_OF_ANY_SIZE,
        ..POE
    },
];
