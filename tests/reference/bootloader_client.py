"""The real library's `DeviceBootloader` against `oakc emulate`, in a network namespace.

In:    a scenario's name, the binary, a folder to work in (`--help`).
Out:   one line of JSON with what the library saw; the expectations are in tests/tests/library/virtual_camera.rs.
Never: another camera. The library broadcasts on every interface, so this has to run in a network namespace of its own
       (`unshare -rn python bootloader_client.py …`), and refuses to run where there is any interface but the loopback.
"""

import argparse
import contextlib
import fcntl
import json
import pathlib
import socket
import struct
import subprocess
import sys
import time
import urllib.request

import depthai as dai

Memory = dai.DeviceBootloader.Memory
APPLICATION = 0x800000
USB_APPLICATION = 0x100000
FAKE_FIRMWARE = b"MA2x-fake-firmware-for-tests\0\0\0\0"


def raise_loopback():
    """The loopback interface of a new namespace is down."""
    if [name for _, name in socket.if_nameindex()] != ["lo"]:
        sys.exit("not in a network namespace of its own")
    get, put, up = 0x8913, 0x8914, 1
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        request = struct.pack("16sh14x", b"lo", 0)
        (flags,) = struct.unpack("16xh14x", fcntl.ioctl(control, get, request))
        fcntl.ioctl(control, put, struct.pack("16sh14x", b"lo", flags | up))


class Camera:
    """A process `oakc emulate` with its memories in the folder."""

    def __init__(self, options, *arguments):
        self.folder = options.folder
        command = [options.oakc, "emulate", "--flash", str(self.folder / "nor.img"), *arguments]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.line = self.process.stdout.readline().strip()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.code = self.process.wait(10)

    def state(self):
        """The camera's state by discovery, or None."""
        found = dai.DeviceBootloader.getAllAvailableDevices()
        return found[0].state.name if found else None

    def wait_for(self, *states, seconds=15):
        end = time.monotonic() + seconds
        while True:
            state = self.state()
            if state in states or time.monotonic() > end:
                return state

    @contextlib.contextmanager
    def connect(self, *arguments):
        """A session with the camera, once it answers."""
        self.wait_for(*READY)
        found, info = dai.DeviceBootloader.getFirstAvailableDevice()
        assert found, "no camera"
        with dai.DeviceBootloader(info, *arguments) as bootloader:
            yield bootloader


# The library of 2.33 has two names for the number 4.
BOOTED = ("X_LINK_FLASH_BOOTED", "X_LINK_BOOTED_NON_EXCLUSIVE")
READY = ("X_LINK_BOOTLOADER", *BOOTED)


def package(options, name="demo", real=False):
    """A package of the library, with its own firmware or with a few bytes in its place."""
    pipeline = dai.Pipeline()
    pipeline.create(dai.node.Script).setScript("import time")
    if real:
        made = dai.DeviceBootloader.createDepthaiApplicationPackage(pipeline, False, name, True)
    else:
        firmware = options.folder / "fake.cmd"
        firmware.write_bytes(FAKE_FIRMWARE)
        made = dai.DeviceBootloader.createDepthaiApplicationPackage(pipeline, firmware, False, name, True)
    return list(made)


def application(bootloader):
    info = bootloader.readApplicationInfo(Memory.FLASH)
    return {"has": info.hasApplication, "name": info.applicationName, "firmware": info.firmwareVersion}


def memory(bootloader, which):
    info = bootloader.getMemoryInfo(which)
    return {"available": info.available, "size": info.size}


def read(bootloader, offset, size, which=Memory.FLASH):
    good, error, data = bootloader.readCustom(which, offset, size)
    return list(data) if good else error


def refusal(action):
    """The text of the exception that the library raises."""
    try:
        return {"no error": repr(action())}
    except Exception as error:
        return str(error)


def questions(options):
    with Camera(options, "--state", "bootloader", "--flash-size", "32M") as camera, camera.connect() as bootloader:
        found = dai.DeviceBootloader.getAllAvailableDevices()
        return {
            "line": camera.line,
            "found": [[info.name, info.mxid, info.state.name] for info in found],
            "version": bootloader.getVersion().toStringSemver(),
            "flashed": bootloader.getFlashedVersion().toStringSemver(),
            "type": bootloader.getType().name,
            "embedded": bootloader.isEmbeddedVersion(),
            "may_flash_bootloader": bootloader.isAllowedFlashingBootloader(),
            "user_supported": bootloader.isUserBootloaderSupported(),
            "user": bootloader.isUserBootloader(),
            "memory": [memory(bootloader, which) for which in (Memory.FLASH, Memory.EMMC, Memory.AUTO)],
            "application": application(bootloader),
            "config": refusal(bootloader.readConfig),
            "beyond": read(bootloader, (32 << 20) - 1, 2),
            "erased": read(bootloader, APPLICATION, 4),
        }


def flash(options):
    """A real package, from a camera without application to one that runs it, and back."""
    made = package(options, real=True)
    (options.folder / "made.dap").write_bytes(bytes(made))
    seen = {}
    with Camera(options) as camera:
        progress = []
        with camera.connect() as bootloader:
            seen["flashed"] = bootloader.flashDepthaiApplicationPackage(progress.append, made)
            seen["progress"] = progress
            seen["application"] = application(bootloader)
            seen["same"] = read(bootloader, APPLICATION, len(made)) == made
            seen["app_memory"] = bootloader.readConfigData()["appMem"]
        seen["runs"] = camera.wait_for(*BOOTED) in BOOTED
    seen["exit"] = camera.code
    with Camera(options) as camera:
        seen["still_runs"] = camera.state() in BOOTED
        with camera.connect() as bootloader:
            seen["again"] = application(bootloader)
            seen["cleared"] = bootloader.flashClear()
            seen["after_clear"] = application(bootloader)
        time.sleep(2)
        seen["in_the_end"] = camera.state()
    return seen


def emmc(options):
    """If both memories can hold an application, the configuration chooses the one that runs."""
    made = package(options)
    with Camera(options, "--emmc", str(options.folder / "emmc.img")) as camera:
        with camera.connect() as bootloader:
            seen = {"memory": memory(bootloader, Memory.EMMC)}
            seen["flashed"] = bootloader.flashDepthaiApplicationPackage(made)
            seen["app_memory"] = bootloader.readConfigData()["appMem"]
            seen["same"] = read(bootloader, APPLICATION, len(made), Memory.EMMC) == made
            seen["in_flash"] = application(bootloader)["has"]
        seen["runs"] = camera.wait_for(*BOOTED) in BOOTED
        with camera.connect() as bootloader:
            seen["to_flash"] = bootloader.flashCustom(Memory.FLASH, APPLICATION, made)[0]
            seen["configured"] = bootloader.flashConfigData({"appMem": 0})
            seen["cleared"] = bootloader.flashCustom(Memory.EMMC, APPLICATION, [0xFF] * 512)[0]
        seen["runs_from_flash"] = camera.wait_for(*BOOTED) in BOOTED
    return seen


def config(options):
    with Camera(options) as camera:
        with camera.connect() as bootloader:
            stored = dai.DeviceBootloader.Config()
            stored.setStaticIPv4("192.168.1.50", "255.255.255.0", "192.168.1.200")
            stored.setDnsIPv4("1.1.1.1", "8.8.8.8")
            stored.setMacAddress("02:00:00:00:00:FE")
            seen = {"stored": bootloader.flashConfig(stored)}
            found = bootloader.readConfig()
            seen["address"] = [found.getIPv4(), found.getIPv4Mask(), found.getIPv4Gateway(), found.isStaticIPV4()]
            seen["dns"] = [found.getDnsIPv4(), found.getDnsAltIPv4()]
            seen["mac"] = found.getMacAddress()
            unknown = bootloader.readConfigData()
            unknown["future"] = {"key": [1, None, "text", 0.5, 1 << 40]}
            seen["unknown_stored"] = bootloader.flashConfigData(unknown)
            seen["same"] = bootloader.readConfigData() == unknown
        with camera.connect() as bootloader:
            seen["same_after_reset"] = bootloader.readConfigData() == unknown
            seen["cleared"] = bootloader.flashConfigClear()
            seen["then"] = refusal(bootloader.readConfig)
    return seen


def bootloaders(options):
    """Flashes the library's own bootloader, first as user bootloader, then as factory bootloader."""
    with Camera(options, "--version", "0.0.26") as camera:
        with camera.connect() as bootloader:
            seen = {"factory": bootloader.getVersion().toStringSemver()}
            progress = []
            seen["user_flashed"] = bootloader.flashUserBootloader(progress.append)
            seen["refused"] = refusal(lambda: bootloader.flashBootloader(print))
        with camera.connect() as bootloader:
            seen["user"] = [bootloader.isUserBootloader(), bootloader.getVersion().toStringSemver()]
            seen["cleared"] = bootloader.flashConfigClear()
        with camera.connect(True) as bootloader:
            versions = [bootloader.getFlashedVersion(), bootloader.getVersion()]
            seen["sent"] = [version.toStringSemver() for version in versions]
            seen["embedded"] = bootloader.isEmbeddedVersion()
            seen["flashed"] = bootloader.flashBootloader(progress.append)
            seen["progress"] = all(0 <= part <= 1 for part in progress)
        with camera.connect() as bootloader:
            seen["then"] = [bootloader.isUserBootloader(), bootloader.getVersion().toStringSemver()]
            seen["no_longer_embedded"] = bootloader.isEmbeddedVersion()
    return seen


def old_bootloader(options):
    seen = {}
    with Camera(options, "--version", "0.0.13") as camera, camera.connect() as bootloader:
        seen["version"] = str(bootloader.getVersion())
        seen["type"] = bootloader.getType().name
        seen["flash"] = refusal(lambda: bootloader.flashDepthaiApplicationPackage(package(options)))
        seen["custom"] = bootloader.flashCustom(Memory.FLASH, APPLICATION, list(b"anything"))
        seen["read"] = refusal(lambda: bootloader.readCustom(Memory.FLASH, APPLICATION, 4))
    return seen


def usb_bootloader(options):
    """A USB bootloader, reached over the network: the library only has its word for it."""
    made = package(options)
    seen = {}
    with Camera(options, "--type", "usb", "--emmc", str(options.folder / "emmc.img")) as camera:
        with camera.connect() as bootloader:
            seen["type"] = bootloader.getType().name
            seen["memory"] = [memory(bootloader, which) for which in (Memory.FLASH, Memory.EMMC)]
            seen["user_supported"] = bootloader.isUserBootloaderSupported()
            seen["user_flashed"] = refusal(lambda: bootloader.flashUserBootloader(print))
            seen["flashed"] = bootloader.flashDepthaiApplicationPackage(made)
            seen["application"] = application(bootloader)["name"]
            seen["same"] = read(bootloader, USB_APPLICATION, len(made)) == made
            seen["app_memory"] = bootloader.readConfigData()["appMem"]
        seen["runs"] = camera.wait_for(*BOOTED) in BOOTED
        with camera.connect(True) as bootloader:
            versions = (bootloader.getFlashedVersion(), bootloader.getVersion())
            seen["sent"] = [version.toStringSemver() for version in versions]
            seen["bootloader"] = bootloader.flashBootloader(Memory.FLASH, dai.DeviceBootloader.Type.USB, lambda _: None)
            seen["cleared"] = bootloader.flashClear()
        with camera.connect() as bootloader:
            seen["then"] = [bootloader.getType().name, bootloader.getVersion().toStringSemver()]
            seen["in_the_end"] = application(bootloader)["has"]
    return seen


def damaged_package(options):
    """What the bootloader refuses, and what becomes of the application before it."""
    good = package(options)
    bad = [*good[:-1], good[-1] ^ 1]
    seen = {}
    with Camera(options) as camera:
        with camera.connect() as bootloader:
            seen["good"] = bootloader.flashDepthaiApplicationPackage(good)
            seen["no_package"] = bootloader.flashDepthaiApplicationPackage([0] * 1000)
            seen["kept"] = application(bootloader)["name"]
            seen["wrong_sum"] = bootloader.flashDepthaiApplicationPackage(bad)
            seen["lost"] = application(bootloader)
        time.sleep(2)
        seen["state"] = camera.state()
    return seen


def too_large(options):
    with Camera(options, "--flash-size", "8704K") as camera, camera.connect() as bootloader:
        return {"refused": bootloader.flashDepthaiApplicationPackage(package(options)), "then": application(bootloader)}


def web_package(options, height):
    """An MJPEG server as the library packages it, without modules of oakc; pictures are `height` pixels high."""
    made = dai.Pipeline()
    cam = made.create(dai.node.ColorCamera)
    cam.setResolution(dai.ColorCameraProperties.SensorResolution.THE_1080_P)
    cam.setVideoSize(320, height)
    cam.setFps(10)
    encoder = made.create(dai.node.VideoEncoder)
    encoder.setProfile(dai.VideoEncoderProperties.Profile.MJPEG)
    cam.video.link(encoder.input)
    web = made.create(dai.node.Script)
    web.setScriptPath(pathlib.Path(__file__).with_name("mjpeg_server.py"))
    web.setProcessor(dai.ProcessorType.LEON_CSS)
    web.inputs["frames"].setQueueSize(1)
    web.inputs["frames"].setBlocking(False)
    encoder.bitstream.link(web.inputs["frames"])
    # A script that fails, beside it.
    made.create(dai.node.Script).setScript("1 / 0")
    firmware = options.folder / "fake.cmd"
    firmware.write_bytes(FAKE_FIRMWARE)
    return list(dai.DeviceBootloader.createDepthaiApplicationPackage(made, firmware, False, "web", True))


def jpeg_height(seconds=30):
    """The height of the picture that the camera serves over HTTP, or why there is none."""
    end, why = time.monotonic() + seconds, None
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen("http://127.0.0.1:8080/snapshot.jpg", timeout=5) as reply:
                data = reply.read()
            # The frame header of a baseline JPEG: precision, height, width.
            at = data.index(b"\xff\xc0")
            return int.from_bytes(data[at + 5:at + 7], "big")
        except (OSError, ValueError) as error:
            why = repr(error)
            time.sleep(0.1)
    return why


def run(options):
    """What is flashed runs, and what is flashed instead runs then."""
    seen = {}
    with Camera(options, "--run") as camera:
        for name, height in (("first", 240), ("second", 180)):
            with camera.connect() as bootloader:
                seen[name + "_flashed"] = bootloader.flashCustom(Memory.FLASH, APPLICATION, web_package(options, height))[0]
            seen[name + "_state"] = camera.wait_for(*BOOTED) in BOOTED
            seen[name] = jpeg_height()
    seen["exit"] = camera.code
    # Nobody listens any more when the camera is gone; connections that ended may linger.
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind(("127.0.0.1", 8080))
    return seen


def faults(options):
    """A lost connection, a wrong byte and a hang, then success."""
    made = package(options)
    arguments = ["--fault", "cut@500K", "--fault", "corrupt@700000", "--fault", "hang@1M", "--watchdog", "2000"]
    seen = {"attempts": []}
    with Camera(options, *arguments) as camera:
        for _ in range(4):
            with camera.connect() as bootloader:
                try:
                    flashed = bootloader.flashCustom(Memory.FLASH, APPLICATION, made)[0]
                    same = flashed and read(bootloader, APPLICATION, len(made)) == made
                    seen["attempts"].append("same" if same else "different" if flashed else "failed")
                except RuntimeError:
                    seen["attempts"].append("lost")
        seen["runs"] = camera.wait_for(*BOOTED) in BOOTED
    return seen


def fleet(options):
    with Camera(options, "--fleet", "16", "--ip", "127.0.1.1") as camera:
        found = dai.DeviceBootloader.getAllAvailableDevices()
        names = len({info.mxid for info in found})
        seen = {"line": camera.line, "found": sorted({info.name for info in found}), "names": names}
        with dai.DeviceBootloader(dai.DeviceInfo("127.0.1.7")) as bootloader:
            seen["flashed"] = bootloader.flashDepthaiApplicationPackage(package(options))
    seen["exit"] = camera.code
    seen["written"] = sorted(path.name for path in options.folder.glob("*.img") if path.stat().st_size > 0)
    return seen


SCENARIOS = [
    questions,
    flash,
    emmc,
    config,
    bootloaders,
    old_bootloader,
    usb_bootloader,
    damaged_package,
    too_large,
    run,
    faults,
    fleet,
]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenario", choices=[scenario.__name__ for scenario in SCENARIOS])
    parser.add_argument("--oakc", required=True, help="the binary")
    parser.add_argument("--folder", required=True, type=pathlib.Path, help="an empty folder")
    options = parser.parse_args()
    raise_loopback()
    scenario = next(scenario for scenario in SCENARIOS if scenario.__name__ == options.scenario)
    print(json.dumps(scenario(options)))


if __name__ == "__main__":
    main()
