"""The same pipeline with the depthai library: `python reference.py OUT.dap`. The tests compare the two."""
import os
import sys

import depthai as dai

PARAMS = {"broker": "192.168.1.20", "broker_port": "1883", "camera": "oak-1", "period": "2"}


def script():
    """The script out of app.toml (there is one copy only), with the params filled in."""
    here = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(here, "app.toml"), encoding="utf-8") as file:
        text = file.read().split("code = '''\n")[1].split("'''")[0]
    for name, value in PARAMS.items():
        text = text.replace("${" + name + "}", value)
    return text


def pipeline():
    made = dai.Pipeline()

    left = made.create(dai.node.MonoCamera)
    left.setBoardSocket(dai.CameraBoardSocket.CAM_B)
    left.setResolution(dai.MonoCameraProperties.SensorResolution.THE_720_P)
    left.setFps(10)

    tracker = made.create(dai.node.FeatureTracker)
    tracker.initialConfig.setNumTargetFeatures(128)
    left.out.link(tracker.inputImage)

    system = made.create(dai.node.SystemLogger)
    system.setRate(1.0)

    publisher = made.create(dai.node.Script)
    publisher.setScript(script())
    publisher.setProcessor(dai.ProcessorType.LEON_CSS)
    for name, source in (("features", tracker.outputFeatures), ("system", system.out)):
        publisher.inputs[name].setQueueSize(1)
        publisher.inputs[name].setBlocking(False)
        source.link(publisher.inputs[name])
    return made


if __name__ == "__main__":
    dai.DeviceBootloader.saveDepthaiApplicationPackage(
        sys.argv[1], pipeline(), compress=False, applicationName="mqtt-publisher"
    )
