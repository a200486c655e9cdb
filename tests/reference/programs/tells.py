"""A host that configures the camera and then tells it things."""
import depthai as dai

pipeline = dai.Pipeline()
camera = pipeline.create(dai.node.ColorCamera)
control = pipeline.create(dai.node.XLinkIn)
control.setStreamName("control")
control.out.link(camera.inputControl)
script = pipeline.create(dai.node.Script)
script.setScript("pass")
camera.preview.link(script.inputs["frames"])

config = dai.Device.Config()
config.board.uart[3] = dai.BoardConfig.UART()
with dai.Device(config) as device:
    device.startPipeline(pipeline)
    device.setIrLaserDotProjectorIntensity(1.0)
    for brightness in range(3):
        device.setIrFloodLightBrightness(brightness)
    device.setTimesync(True)
    device.setLogLevel(dai.LogLevel.DEBUG)
    device.flashCalibration(device.readCalibration())
    queue = device.getInputQueue("control")
    for position in range(3):
        message = dai.CameraControl()
        message.setManualFocus(position)
        queue.send(message)
