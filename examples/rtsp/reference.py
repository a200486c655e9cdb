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
    cam.setFps(15)

    encoder = made.create(dai.node.VideoEncoder)
    encoder.setProfile(dai.VideoEncoderProperties.Profile.H264_MAIN)
    encoder.setFrameRate(15)
    encoder.setBitrateKbps(4000)
    encoder.setKeyframeFrequency(15)
    cam.video.link(encoder.input)

    serve = made.create(dai.node.Script)
    serve.setScriptPath(Path("serve.py"))
    serve.setProcessor(dai.ProcessorType.LEON_CSS)
    encoder.bitstream.link(serve.inputs["video"])
    return made


if __name__ == "__main__":
    output = Path(sys.argv[1]).absolute()
    os.chdir(os.path.dirname(os.path.abspath(__file__)))  # the path given is also the script's name in the package
    dai.DeviceBootloader.saveDepthaiApplicationPackage(
        output, pipeline(), compress=False, applicationName="rtsp"
    )
