"""A host that changes the focus while it watches: streams in both directions, queues that are polled."""
import time

import depthai as dai


def build():
    pipeline = dai.Pipeline()
    camera = pipeline.create(dai.node.ColorCamera)
    camera.setVideoSize(1280, 720)
    camera.initialControl.setManualFocus(120)
    control = pipeline.create(dai.node.XLinkIn)
    control.setStreamName("control")
    control.out.link(camera.inputControl)
    encoder = pipeline.create(dai.node.VideoEncoder)
    encoder.setDefaultProfilePreset(camera.getFps(), dai.VideoEncoderProperties.Profile.MJPEG)
    camera.video.link(encoder.input)
    stream = pipeline.create(dai.node.XLinkOut)
    stream.setStreamName("video")
    encoder.bitstream.link(stream.input)
    counter = pipeline.create(dai.node.Script)
    counter.setScript("while True:\n    node.io['frames'].get()\n    node.io['count'].send(Buffer(4))\n")
    camera.preview.link(counter.inputs["frames"])
    counts = pipeline.create(dai.node.XLinkOut)
    counts.setStreamName("counts")
    counter.outputs["count"].link(counts.input)
    return pipeline


if __name__ == "__main__":
    found, info = dai.DeviceBootloader.getFirstAvailableDevice()
    if not found:
        raise RuntimeError("no camera")
    device = dai.Device(dai.OpenVINO.VERSION_2022_1)
    calibration = device.readCalibration()
    if calibration.getLensPosition(dai.CameraBoardSocket.CAM_A):
        print("calibrated")
    device.startPipeline(build())
    video, control = device.getOutputQueue("video"), device.getInputQueue("control")
    while not device.isClosed():
        frame = video.tryGet()
        if frame is None:
            control.send(dai.CameraControl())
            time.sleep(0.1)
