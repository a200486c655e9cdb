"""The same pipeline with the depthai library: `python reference.py OUT.dap`. The tests compare the two."""
import os
import sys
import textwrap

import depthai as dai

PARAMS = {"server": "192.168.1.20", "port": "8000", "path": "/frames", "seconds": "10"}


def script():
    """The script out of app.yaml (there is one copy only), with the params filled in."""
    here = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(here, "app.yaml"), encoding="utf-8") as file:
        text = textwrap.dedent(file.read().split("    code: |\n")[1])
    for name, value in PARAMS.items():
        text = text.replace("${" + name + "}", value)
    return text


def pipeline():
    made = dai.Pipeline()

    cam = made.create(dai.node.ColorCamera)
    cam.setBoardSocket(dai.CameraBoardSocket.CAM_A)
    cam.setResolution(dai.ColorCameraProperties.SensorResolution.THE_1080_P)
    cam.setVideoSize(1920, 1080)
    cam.setFps(2)

    encoder = made.create(dai.node.VideoEncoder)
    encoder.setProfile(dai.VideoEncoderProperties.Profile.MJPEG)
    encoder.setFrameRate(2)
    encoder.setQuality(90)
    cam.video.link(encoder.input)

    poster = made.create(dai.node.Script)
    poster.setScript(script())
    poster.setProcessor(dai.ProcessorType.LEON_CSS)
    poster.inputs["frames"].setQueueSize(1)
    poster.inputs["frames"].setBlocking(False)
    encoder.bitstream.link(poster.inputs["frames"])
    return made


if __name__ == "__main__":
    dai.DeviceBootloader.saveDepthaiApplicationPackage(
        sys.argv[1], pipeline(), compress=False, applicationName="http-client"
    )
