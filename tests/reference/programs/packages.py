"""Flashes or packages a pipeline in the way that its argument says, always as `door`."""
import os
import sys

import depthai as dai

pipeline = dai.Pipeline()
pipeline.create(dai.node.Script).setScript("pass")
bootloader = dai.DeviceBootloader(dai.DeviceInfo("192.0.2.1"))
absolute = os.path.join(os.path.dirname(os.path.abspath(__file__)), "never-written.dap")


def flash_positional():
    bootloader.flash(print, pipeline, True, "door")


def flash_without_progress():
    bootloader.flash(pipeline, False, "door")


def flash_named():
    bootloader.flash(progressCallback=print, pipeline=pipeline, applicationName="door")


def flash_after_start():
    dai.Device(pipeline)
    bootloader.flash(print, pipeline, applicationName="door")


def flash_package():
    package = dai.DeviceBootloader.createDepthaiApplicationPackage(pipeline, True, "door")
    assert bootloader.flashDepthaiApplicationPackage(print, package)[0]


def create_with_firmware():
    assert len(dai.DeviceBootloader.createDepthaiApplicationPackage(pipeline, "", False, "door")) > 100


def save():
    dai.DeviceBootloader.saveDepthaiApplicationPackage("build/door.dap", pipeline, True, "door")
    assert os.path.getsize("build/door.dap") > 100


def save_with_firmware():
    dai.DeviceBootloader.saveDepthaiApplicationPackage("door.dap", pipeline, "firmware.cmd", True, "door")
    with open("door.dap", "rb") as file:
        bootloader.flashDepthaiApplicationPackage(print, list(file.read()))


def save_named():
    dai.DeviceBootloader.saveDepthaiApplicationPackage(path=absolute, pipeline=pipeline, applicationName="door")
    assert os.path.isfile(absolute) and open(absolute, "rb").read(1)


globals()[sys.argv[1]]()
