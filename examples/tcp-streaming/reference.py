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
    cam.setVideoSize(1280, 720)
    cam.setFps(15)

    encoder = made.create(dai.node.VideoEncoder)
    encoder.setProfile(dai.VideoEncoderProperties.Profile.MJPEG)
    encoder.setFrameRate(15)
    encoder.setQuality(85)
    cam.video.link(encoder.input)

    stream = made.create(dai.node.Script)
    stream.setScriptPath(Path("stream.py"))
    stream.setProcessor(dai.ProcessorType.LEON_CSS)
    stream.inputs["frames"].setQueueSize(1)
    stream.inputs["frames"].setBlocking(False)
    encoder.bitstream.link(stream.inputs["frames"])
    return made


if __name__ == "__main__":
    output = Path(sys.argv[1]).absolute()
    os.chdir(os.path.dirname(os.path.abspath(__file__)))  # the path given is also the script's name in the package
    dai.DeviceBootloader.saveDepthaiApplicationPackage(
        output, pipeline(), compress=False, applicationName="tcp-streaming"
    )
