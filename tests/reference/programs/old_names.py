"""A program for releases from 2.0 on, with names that 2.33 no longer has."""
import depthai as dai

pipeline = dai.Pipeline()
camera = pipeline.createColorCamera()
camera.setCamId(0)
detector = pipeline.createYoloDetectionNetwork()
detector.properties.confidenceThreshold = 0.25
detector.setBlobPath("yolo.blob")
tracker: dai.ObjectTracker = pipeline.createObjectTracker()
tracker.setTrackerIdAssigmentPolicy(dai.TrackerIdAssigmentPolicy.SMALLEST_ID)
stereo = pipeline.createStereoDepth()
assert isinstance(stereo, dai.StereoDepth)
stereo.loadCalibrationFile("depthai.calib")
stereo.properties.enableSubpixel = True
stereo.setNumFramesPool(numFramesPool=4)
config = stereo.initialConfig.get()
config.config.confidenceThreshold = 123
config.config.median = dai.MedianFilter.KERNEL_3x3
stereo.initialConfig.set(config)
script = pipeline.create(dai.node.Script)
script.setScriptData(b"LIMIT = 4")
assert script.getAssets() is not None
tof = pipeline.create(dai.node.ToF)
tof.initialConfig.setFreqModUsed(dai.ToFConfig.DepthParams.TypeFMod.MIN)
assert dai.DeviceBootloader.Version(0, 0, 20) < dai.DeviceBootloader.Version(0, 0, 21)
preboot = dai.Device.Config()
preboot.preboot.usb.maxSpeed = dai.UsbSpeed.HIGH
dai.Device(preboot).startPipeline(pipeline)
