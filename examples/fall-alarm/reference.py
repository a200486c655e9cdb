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
    cam.setPreviewSize(256, 256)
    cam.setInterleaved(False)
    cam.setFps(8)

    pose = made.create(dai.node.NeuralNetwork)
    pose.setBlobPath(Path("pose.blob"))
    pose.input.setQueueSize(1)
    pose.input.setBlocking(False)
    cam.preview.link(pose.input)

    watcher = made.create(dai.node.Script)
    watcher.setScriptPath(Path("watch.py"))
    watcher.setProcessor(dai.ProcessorType.LEON_CSS)
    watcher.inputs["poses"].setQueueSize(2)
    watcher.inputs["poses"].setBlocking(False)
    pose.out.link(watcher.inputs["poses"])
    return made


if __name__ == "__main__":
    output = Path(sys.argv[1]).absolute()
    os.chdir(os.path.dirname(os.path.abspath(__file__)))  # the path given is also the script's name in the package
    dai.DeviceBootloader.saveDepthaiApplicationPackage(
        output, pipeline(), compress=False, applicationName="fall-alarm"
    )
