"""Flashes or packages a pipeline in each of the ways there are, always as `door`."""
import os

import depthai as dai

bootloader = dai.DeviceBootloader(dai.DeviceInfo("192.0.2.1"))
absolute = os.path.join(os.path.dirname(os.path.abspath(__file__)), "never-written.dap")


def flash_positional(pipeline):
    bootloader.flash(print, pipeline, True, "door")


def flash_without_progress(pipeline):
    bootloader.flash(pipeline, False, "door")


def flash_named(pipeline):
    bootloader.flash(progressCallback=print, pipeline=pipeline, applicationName="door")


def flash_after_start(pipeline):
    dai.Device(pipeline)
    bootloader.flash(print, pipeline, applicationName="door")


def flash_package(pipeline):
    package = dai.DeviceBootloader.createDepthaiApplicationPackage(pipeline, True, "door")
    assert bootloader.flashDepthaiApplicationPackage(print, package)[0]


def create_with_firmware(pipeline):
    assert len(dai.DeviceBootloader.createDepthaiApplicationPackage(pipeline, "", False, "door")) > 100


def save(pipeline):
    dai.DeviceBootloader.saveDepthaiApplicationPackage("build/door.dap", pipeline, True, "door")
    assert os.path.getsize("build/door.dap") > 100


def save_with_firmware(pipeline):
    dai.DeviceBootloader.saveDepthaiApplicationPackage("door.dap", pipeline, "firmware.cmd", True, "door")
    with open("door.dap", "rb") as file:
        bootloader.flashDepthaiApplicationPackage(print, list(file.read()))


def save_named(pipeline):
    dai.DeviceBootloader.saveDepthaiApplicationPackage(path=absolute, pipeline=pipeline, applicationName="door")
    assert os.path.isfile(absolute) and open(absolute, "rb").read(1)


for number, way in enumerate((
    flash_positional,
    flash_without_progress,
    flash_named,
    flash_after_start,
    flash_package,
    create_with_firmware,
    save,
    save_with_firmware,
    save_named,
)):
    made = dai.Pipeline()
    made.create(dai.node.Script).setScript("NUMBER = %d" % number)
    way(made)
