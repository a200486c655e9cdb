"""The same pipeline with the depthai library: `python reference.py OUT.dap`. The tests compare the two."""
import os
import sys
from pathlib import Path

import depthai as dai


def pipeline():
    made = dai.Pipeline()

    cam = made.create(dai.node.ColorCamera)
    cam.setBoardSocket(dai.CameraBoardSocket.CAM_A)
    cam.setResolution(dai.ColorCameraProperties.SensorResolution.THE_1080_P)
    cam.setPreviewSize(300, 300)
    cam.setPreviewKeepAspectRatio(False)
    cam.setInterleaved(False)
    cam.setFps(10)
    cam.setVideoNumFramesPool(8)

    find = made.create(dai.node.MobileNetDetectionNetwork)
    find.setBlobPath(Path("vehicle.blob"))
    find.setConfidenceThreshold(0.4)
    newest(find.input)
    cam.preview.link(find.input)

    steer = made.create(dai.node.Script)
    steer.setScriptPath(Path("steer.py"))
    steer.setProcessor(dai.ProcessorType.LEON_CSS)

    cut_vehicle = cut_out(made, steer, "vehicle", 320 * 320 * 3)
    find_plate = made.create(dai.node.MobileNetDetectionNetwork)
    find_plate.setBlobPath(Path("plate.blob"))
    find_plate.setConfidenceThreshold(0.1)
    newest(find_plate.input)
    cut_vehicle.out.link(find_plate.input)

    cut_plate = cut_out(made, steer, "plate", 320 * 48 * 3)
    read = made.create(dai.node.NeuralNetwork)
    read.setBlobPath(Path("text.blob"))
    newest(read.input)
    cut_plate.out.link(read.input)

    for name, output in (("frames", cam.video), ("vehicles", find.out), ("plates", find_plate.out), ("texts", read.out)):
        newest(steer.inputs[name])
        output.link(steer.inputs[name])
    return made


def cut_out(made, steer, name, size):
    manip = made.create(dai.node.ImageManip)
    manip.setMaxOutputFrameSize(size)
    manip.inputConfig.setWaitForMessage(True)
    newest(manip.inputImage)
    steer.outputs[name + "_config"].link(manip.inputConfig)
    steer.outputs[name + "_frame"].link(manip.inputImage)
    return manip


def newest(queue):
    queue.setQueueSize(1)
    queue.setBlocking(False)


if __name__ == "__main__":
    output = Path(sys.argv[1]).absolute()
    os.chdir(os.path.dirname(os.path.abspath(__file__)))  # the path given is also the script's name in the package
    dai.DeviceBootloader.saveDepthaiApplicationPackage(
        output, pipeline(), compress=False, applicationName="licence-plates"
    )
