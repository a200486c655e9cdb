"""The same pipeline with the depthai library: `python reference.py OUT.dap`. The tests compare the two."""
import os
import sys
from pathlib import Path

import depthai as dai


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
    publisher.setScriptPath(Path("publish.py"))
    publisher.setProcessor(dai.ProcessorType.LEON_CSS)
    for name, source in (("features", tracker.outputFeatures), ("system", system.out)):
        publisher.inputs[name].setQueueSize(1)
        publisher.inputs[name].setBlocking(False)
        source.link(publisher.inputs[name])
    return made


if __name__ == "__main__":
    output = Path(sys.argv[1]).absolute()
    os.chdir(os.path.dirname(os.path.abspath(__file__)))  # the path given is also the script's name in the package
    dai.DeviceBootloader.saveDepthaiApplicationPackage(
        output, pipeline(), compress=False, applicationName="mqtt-publisher"
    )
