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

    detect = made.create(dai.node.MobileNetDetectionNetwork)
    detect.setBlobPath(Path("person.blob"))
    detect.setConfidenceThreshold(0.4)
    detect.input.setQueueSize(1)
    detect.input.setBlocking(False)
    cam.preview.link(detect.input)

    tracker = made.create(dai.node.ObjectTracker)
    tracker.setTrackerType(dai.TrackerType.SHORT_TERM_IMAGELESS)
    tracker.setTrackerIdAssignmentPolicy(dai.TrackerIdAssignmentPolicy.UNIQUE_ID)
    tracker.setDetectionLabelsToTrack([4])
    tracker.setTrackletMaxLifespan(15)
    tracker.setTrackletBirthThreshold(2)
    detect.passthrough.link(tracker.inputTrackerFrame)
    detect.passthrough.link(tracker.inputDetectionFrame)
    detect.out.link(tracker.inputDetections)

    counter = made.create(dai.node.Script)
    counter.setScriptPath(Path("count.py"))
    counter.setProcessor(dai.ProcessorType.LEON_CSS)
    counter.inputs["tracklets"].setQueueSize(4)
    counter.inputs["tracklets"].setBlocking(False)
    tracker.out.link(counter.inputs["tracklets"])
    return made


if __name__ == "__main__":
    output = Path(sys.argv[1]).absolute()
    os.chdir(os.path.dirname(os.path.abspath(__file__)))  # the path given is also the script's name in the package
    dai.DeviceBootloader.saveDepthaiApplicationPackage(
        output, pipeline(), compress=False, applicationName="people-counting"
    )
