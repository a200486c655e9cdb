"""Detections with their distance, shown by a host, with a model that does not exist."""
from pathlib import Path

import cv2
import depthai as dai

MODEL = str((Path(__file__).parent / Path("../models/mobilenet-ssd_openvino_2021.4_6shave.blob")).resolve().absolute())
if not Path(MODEL).exists():
    print("Required file/s not found, please run a script to get it")

pipeline = dai.Pipeline()
color = pipeline.create(dai.node.ColorCamera)
network = pipeline.create(dai.node.MobileNetSpatialDetectionNetwork)
left = pipeline.create(dai.node.MonoCamera)
right = pipeline.create(dai.node.MonoCamera)
stereo = pipeline.create(dai.node.StereoDepth)
tracker = pipeline.create(dai.node.ObjectTracker)
frames = pipeline.create(dai.node.XLinkOut)
tracks = pipeline.create(dai.node.XLinkOut)
frames.setStreamName("preview")
tracks.setStreamName("tracklets")

color.setPreviewSize(300, 300)
color.setResolution(dai.ColorCameraProperties.SensorResolution.THE_1080_P)
color.setInterleaved(False)
left.setResolution(dai.MonoCameraProperties.SensorResolution.THE_400_P)
left.setCamera("left")
right.setResolution(dai.MonoCameraProperties.SensorResolution.THE_400_P)
right.setCamera("right")
stereo.setDefaultProfilePreset(dai.node.StereoDepth.PresetMode.HIGH_DENSITY)
stereo.setDepthAlign(dai.CameraBoardSocket.CAM_A)
network.setBlobPath(MODEL)
network.setConfidenceThreshold(0.6)
network.input.setBlocking(False)
network.setBoundingBoxScaleFactor(0.25)
network.setDepthLowerThreshold(100)
network.setDepthUpperThreshold(5000)
tracker.setDetectionLabelsToTrack([15])
tracker.setTrackerType(dai.TrackerType.ZERO_TERM_COLOR_HISTOGRAM)

left.out.link(stereo.left)
right.out.link(stereo.right)
color.preview.link(network.input)
stereo.depth.link(network.inputDepth)
network.passthrough.link(tracker.inputTrackerFrame)
network.passthrough.link(tracker.inputDetectionFrame)
network.out.link(tracker.inputDetections)
tracker.passthroughTrackerFrame.link(frames.input)
tracker.out.link(tracks.input)

with dai.Device(pipeline) as device:
    print("USB speed:", device.getUsbSpeed().name)
    preview = device.getOutputQueue("preview", 4, False)
    found = device.getOutputQueue("tracklets", 4, False)
    while True:
        frame = preview.get().getCvFrame()
        for track in found.get().tracklets:
            cv2.rectangle(frame, (0, 0), (10, 10), (255, 0, 0))
        cv2.imshow("tracker", frame)
        if cv2.waitKey(1) == ord("q"):
            break
