"""One tiny pipeline for every setter of the catalogue, for the comparison of config keys with setters.

In:    catalog.json, a blob, a seed.
Out:   JSON lines `{"target", "method", "overload", "variant", "args", "description"}`; `--skipped` prints
       what Python has no way to say instead.
Never: the library. reference.py is what runs the descriptions.
"""

import argparse
import json
import random

from arguments import Arguments, NoValue

# Looks like a setter in the catalogue, but only reads.
GETTERS = {"initialConfig.isResizeThumbnail"}
DRAWS = 2  # random variants per setter, besides the enumerators and both booleans

CALIBRATION = {
    "batchName": "b", "batchTime": 1700000000, "boardConf": "nIR-C00", "boardCustom": "", "boardName": "OAK-D-POE",
    "boardOptions": 1, "boardRev": "R1", "cameraData": [[0, {
        "cameraType": 0, "distortionCoeff": [0.5, -0.25, 0.125],
        "extrinsics": {"rotationMatrix": [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
                       "specTranslation": {"x": 7.5, "y": 0.0, "z": 0.0}, "toCameraSocket": 1,
                       "translation": {"x": 7.5, "y": 0.25, "z": 0.0}},
        "height": 1080, "intrinsicMatrix": [[1500.0, 0.0, 960.0], [0.0, 1500.0, 540.0], [0.0, 0.0, 1.0]],
        "lensPosition": 120, "specHfovDeg": 69.0, "width": 1920}]],
    "deviceName": "", "hardwareConf": "F0", "housingExtrinsics": {
        "rotationMatrix": [], "specTranslation": {"x": 0.0, "y": 0.0, "z": 0.0}, "toCameraSocket": -1,
        "translation": {"x": 0.0, "y": 0.0, "z": 0.0}},
    "imuExtrinsics": {"rotationMatrix": [], "specTranslation": {"x": 0.0, "y": 0.0, "z": 0.0}, "toCameraSocket": -1,
                      "translation": {"x": 0.0, "y": 0.0, "z": 0.0}},
    "miscellaneousData": [], "productName": "OAK-D-POE", "stereoEnableDistortionCorrection": True,
    "stereoRectificationData": {"leftCameraSocket": 1, "rectifiedRotationLeft": [[1.0, 0.0, 0.0]],
                                "rectifiedRotationRight": [], "rightCameraSocket": 2},
    "stereoUseSpecTranslation": False, "version": 7, "verticalCameraSocket": -1,
}

# Calls of `Pipeline`; `files` are what the paths among the arguments name.
PIPELINE_CALLS = [
    ["setSippBufferSize", [4096], {}],
    ["setSippDmaBufferSize", [8192], {}],
    ["setXLinkChunkSize", [65536], {}],
    ["setXLinkChunkSize", [0], {}],
    ["setCameraTuningBlobPath", ["tuning.bin"], {"tuning.bin": "00112233445566778899aabbccddeeff"}],
    ["setCalibrationData", [{"calibration": CALIBRATION}], {}],
    ["setOpenVINOVersion", [{"enum": "OpenVINO.Version.VERSION_2021_4"}], {}],
    ["setOpenVINOVersion", [{"enum": "OpenVINO.Version.VERSION_2022_1"}], {}],
]


def board_settings(arguments):
    """Every field of BoardConfig that Python can set, with a value other than its default."""
    yield from {
        "usb.vid": 0x1234, "usb.pid": 0x5678, "usb.flashBootedVid": 1, "usb.flashBootedPid": 65535,
        "usb.productName": "door", "usb.manufacturer": "maker", "network.mtu": 9000, "network.xlinkTcpNoDelay": False,
        "sysctl": ["net.inet.tcp.delayed_ack=0", "a=b"], "watchdogTimeoutMs": 4000, "watchdogInitialDelayMs": 70000,
        "pcieInternalClock": True, "usb3PhyInternalClock": False, "emmc": True, "logPath": "/media/mmcsd-0-0/log",
        "logSizeMax": 1 << 20, "logDevicePrints": True, "uart.0.tmp": 1, "uvc.cameraName": "cam", "uvc.width": 640,
        "uvc.height": 480, "uvc.enable": False, "gpio.3.schmitt": True, "gpio.3.slewFast": True,
    }.items()
    for path, enum in [
        ("usb.maxSpeed", "UsbSpeed"), ("logVerbosity", "LogLevel"), ("uvc.frameType", "RawImgFrame.Type"),
        ("gpio.3.mode", "BoardConfig.GPIO.Mode"), ("gpio.3.direction", "BoardConfig.GPIO.Direction"),
        ("gpio.3.level", "BoardConfig.GPIO.Level"), ("gpio.3.pull", "BoardConfig.GPIO.Pull"),
        ("gpio.3.drive", "BoardConfig.GPIO.Drive"),
    ]:
        for member in arguments.members(enum) if enum in arguments.catalog["pyEnums"] else USB_SPEEDS:
            yield path, {"enum": f"{enum}.{member}"}


USB_SPEEDS = ["UNKNOWN", "LOW", "FULL", "HIGH", "SUPER", "SUPER_PLUS"]


def variants(arguments, node, setter):
    """(label, arguments) for one setter: each enumerator, both booleans, and random draws."""
    if not setter["args"]:
        yield "call", []
        return
    first = arguments.draw(node, setter)
    for place, arg in enumerate(setter["args"]):
        kind = arg["type"].replace("depthai.", "").replace("node.", "")
        with_one = lambda choice: first[:place] + [choice] + first[place + 1:]  # noqa: E731
        if kind in arguments.catalog["pyEnums"] or kind == "StereoDepth.PresetMode":
            for member in arguments.members(kind):
                yield f"{arg['name']}={member}", with_one({"enum": f"{kind}.{member}"})
        elif kind == "bool":
            for flag in (False, True):
                yield f"{arg['name']}={flag}", with_one(flag)
    yield "draw 0", first
    for draw in range(1, DRAWS):
        yield f"draw {draw}", arguments.draw(node, setter)


def node_lines(catalog, blob, seed, skipped):
    for name, node in catalog["nodes"].items():
        if node["abstract"]:
            continue
        counts = {}
        for setter in node["setters"]:
            method = setter["method"]
            overload = counts[method] = counts.get(method, -1) + 1
            if method in GETTERS:
                skipped.append((name, method, overload, "reads, does not set"))
                continue
            # Seeded by the setter, so that a new catalogue entry does not move all the others.
            arguments = Arguments(catalog, random.Random(f"{seed}/{name}/{method}/{overload}"), blob)
            try:
                drawn = list(variants(arguments, node, setter))
            except NoValue as reason:
                skipped.append((name, method, overload, str(reason)))
                continue
            for label, args in drawn:
                yield line(name, method, overload, label, args, {
                    "nodes": [{"class": name, "calls": [[method, args]]}], "files": arguments.files})


def line(target, method, overload, variant, args, description):
    return {"target": target, "method": method, "overload": overload, "variant": variant, "args": args,
            "description": {"app_name": "setter", **description}}


def other_lines(catalog, seed):
    idle = [{"class": "SystemLogger"}]
    for method, args, files in PIPELINE_CALLS:
        yield line("Pipeline", method, 0, "call", args, {"pipeline": [[method, args]], "nodes": idle, "files": files})
    for path, setting in board_settings(Arguments(catalog, random.Random(seed), "")):
        yield line("BoardConfig", path, 0, json.dumps(setting), [setting], {"board": {path: setting}, "nodes": idle})


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--catalog", required=True)
    options.add_argument("--blob", required=True, help="a MyriadX blob that the library reads")
    options.add_argument("--seed", default="0")
    options.add_argument("--skipped", action="store_true", help="print what Python cannot call, and why")
    chosen = options.parse_args()
    with open(chosen.catalog, encoding="utf-8") as file:
        catalog = json.load(file)
    skipped = []
    lines = [*node_lines(catalog, chosen.blob, chosen.seed, skipped), *other_lines(catalog, chosen.seed)]
    for entry in skipped if chosen.skipped else lines:
        print(json.dumps(entry, ensure_ascii=False))


if __name__ == "__main__":
    main()
