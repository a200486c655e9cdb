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
    cam.setPreviewSize(128, 128)
    cam.setInterleaved(False)
    cam.setFps(10)

    detector = made.create(dai.node.NeuralNetwork)
    detector.setBlobPath(Path("palm_detection_sh4.blob"))
    detector.input.setQueueSize(1)
    detector.input.setBlocking(False)
    cam.preview.link(detector.input)

    sender = made.create(dai.node.Script)
    sender.setScriptPath(Path("hands.py"))
    sender.setProcessor(dai.ProcessorType.LEON_CSS)
    sender.inputs["tensors"].setQueueSize(1)
    sender.inputs["tensors"].setBlocking(False)
    detector.out.link(sender.inputs["tensors"])
    return made


if __name__ == "__main__":
    output = Path(sys.argv[1]).absolute()
    os.chdir(os.path.dirname(os.path.abspath(__file__)))  # the path given is also the script's name in the package
    dai.DeviceBootloader.saveDepthaiApplicationPackage(
        output, pipeline(), compress=False, applicationName="hand-detector"
    )
