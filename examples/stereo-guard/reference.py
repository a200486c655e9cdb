"""The same pipeline with the depthai library: `python reference.py OUT.dap`. The tests compare the two."""
import os
import sys
from pathlib import Path

import depthai as dai


def mono(made, socket):
    camera = made.create(dai.node.MonoCamera)
    camera.setBoardSocket(socket)
    camera.setResolution(dai.MonoCameraProperties.SensorResolution.THE_400_P)
    camera.setFps(10)
    return camera


def configure(stereo):
    config = stereo.initialConfig.get()
    control = config.algorithmControl
    control.enableLeftRightCheck = True
    control.leftRightCheckThreshold = 5
    control.enableSubpixel = True
    control.subpixelFractionalBits = 3
    control.depthUnit = dai.RawStereoDepthConfig.AlgorithmControl.DepthUnit.MILLIMETER
    filters = config.postProcessing
    filters.median = dai.MedianFilter.KERNEL_7x7
    filters.speckleFilter.enable = True
    filters.speckleFilter.speckleRange = 50
    filters.temporalFilter.enable = True
    filters.temporalFilter.alpha = 0.5
    modes = dai.RawStereoDepthConfig.PostProcessing.TemporalFilter.PersistencyMode
    filters.temporalFilter.persistencyMode = modes.VALID_2_IN_LAST_4
    filters.thresholdFilter.minRange = 300
    filters.thresholdFilter.maxRange = 8000
    config.costMatching.confidenceThreshold = 200
    stereo.initialConfig.set(config)


def zone(x):
    made = dai.SpatialLocationCalculatorConfigData()
    made.roi = dai.Rect(x, 0.3, 0.25, 0.4)
    made.depthThresholds.lowerThreshold = 300
    made.depthThresholds.upperThreshold = 8000
    made.calculationAlgorithm = dai.SpatialLocationCalculatorAlgorithm.MEDIAN
    return made


def pipeline():
    made = dai.Pipeline()
    left = mono(made, dai.CameraBoardSocket.CAM_B)
    right = mono(made, dai.CameraBoardSocket.CAM_C)

    stereo = made.create(dai.node.StereoDepth)
    configure(stereo)
    for camera, port in ((left, stereo.left), (right, stereo.right)):
        port.setQueueSize(4)
        camera.out.link(port)

    zones = made.create(dai.node.SpatialLocationCalculator)
    for x in (0.05, 0.375, 0.7):
        zones.initialConfig.addROI(zone(x))
    stereo.depth.link(zones.inputDepth)

    guard = made.create(dai.node.Script)
    guard.setScriptPath(Path("guard.py"))
    guard.setProcessor(dai.ProcessorType.LEON_CSS)
    guard.inputs["zones"].setQueueSize(1)
    guard.inputs["zones"].setBlocking(False)
    zones.out.link(guard.inputs["zones"])
    return made


if __name__ == "__main__":
    output = Path(sys.argv[1]).absolute()
    os.chdir(os.path.dirname(os.path.abspath(__file__)))  # the path given is also the script's name in the package
    dai.DeviceBootloader.saveDepthaiApplicationPackage(
        output, pipeline(), compress=False, applicationName="stereo-guard"
    )
