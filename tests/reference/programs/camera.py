"""Asks the camera everything that programs ask; a wrong answer ends it before it has a pipeline."""
import datetime
import sys

import depthai as dai
import numpy as np

EXPECTED = sys.argv[1] if len(sys.argv) > 1 else "OAK-D-POE"
CAM_A, CAM_B, CAM_C = dai.CameraBoardSocket.CAM_A, dai.CameraBoardSocket.CAM_B, dai.CameraBoardSocket.CAM_C


def kind(value, *types):
    assert type(value) in types, (value, types)
    return value


pipeline = dai.Pipeline()
found, info = dai.Device.getFirstAvailableDevice()
assert found and info.getMxId() and info.state.name == "X_LINK_BOOTLOADER", info
assert dai.Device.getDeviceByMxId("1844")[1].getMxId() == "1844"
assert len(dai.Device.getAllAvailableDevices()) == len(dai.XLinkConnection.getAllConnectedDevices()) == 1
assert isinstance(dai.DeviceBootloader.getEmbeddedBootloaderVersion(), dai.Version)

with dai.Device(info) as device:
    # A type that the signature names, whatever the method.
    assert device.hasCrashDump() is False and device.isEepromAvailable() is True
    kind(device.getXLinkChunkSize(), int)
    kind(device.getSystemInformationLoggingRate(), float)
    kind(device.getMxId(), str)
    assert device.readCalibrationRaw() == [] and device.getIrDrivers() == []
    assert device.getIMUFirmwareUpdateStatus() == (False, 0)
    assert device.getLogLevel() in dai.LogLevel.__members__.values()
    kind(device.getChipTemperature().average, float)
    kind(device.getDdrMemoryUsage().total, int)
    kind(device.getProfilingData().numBytesRead, int)
    kind(device.getCrashDump().crashReports, list)
    assert device.getBootloaderVersion() > dai.Version(0, 0, 1)
    kind(device.getOutputQueue("preview", maxSize=4, blocking=False).getMaxSize(), int)
    assert device.getInputQueue("control").getName() == "control"
    try:
        device.getNothingOfTheKind()
    except AttributeError:
        pass
    else:
        raise AssertionError("a method that no device has")

    # The named product, and no other.
    assert device.getDeviceName() == device.getProductName() == EXPECTED, device.getDeviceName()
    features = {camera.socket: camera for camera in device.getConnectedCameraFeatures()}
    assert list(features) == device.getConnectedCameras() == list(device.getCameraSensorNames())
    assert features[CAM_A].supportedTypes[0] == dai.CameraSensorType.COLOR
    assert all(isinstance(mode, dai.CameraSensorConfig) for mode in features[CAM_A].configs)
    if EXPECTED == "OAK-D-POE":
        assert (features[CAM_A].sensorName, features[CAM_A].width, features[CAM_A].height) == ("IMX378", 4056, 3040)
        assert (features[CAM_B].sensorName, features[CAM_B].width, features[CAM_B].height) == ("OV9282", 1280, 800)
        assert features[CAM_A].hasAutofocus and not features[CAM_C].hasAutofocus
        pair, = device.getStereoPairs()
        assert (pair.left, pair.right, pair.baseline) == (CAM_B, CAM_C, 7.5)

        calibration = device.readCalibration()
        matrix = np.array(calibration.getCameraIntrinsics(CAM_A, 1280, 720))
        assert matrix.shape == (3, 3) and 800 < matrix[0][0] < 1100 and 600 < matrix[0][2] < 680, matrix
        assert 60 < calibration.getFov(CAM_A) < 80 and abs(calibration.getBaselineDistance() - 7.5) < 0.01
        assert np.array(calibration.getCameraExtrinsics(CAM_B, CAM_A)).shape == (4, 4)
        assert len(calibration.getDistortionCoefficients(CAM_B)) == 14
        assert (calibration.getStereoLeftCameraId(), calibration.getStereoRightCameraId()) == (CAM_B, CAM_C)
        assert calibration.getEepromData().boardName == EXPECTED
        # Its own calibration, back to the camera: nothing that a pipeline would have to carry.
        pipeline.setCalibrationData(calibration)

bootloader = dai.DeviceBootloader(info, allowFlashingBootloader=True)
assert bootloader.isUserBootloader() is False and isinstance(bootloader.getVersion(), dai.Version)
assert isinstance(bootloader.readConfig().getNetworkTimeout(), datetime.timedelta)
assert isinstance(bootloader.readApplicationInfo(dai.DeviceBootloader.Memory.AUTO).applicationName, str)

left = pipeline.create(dai.node.MonoCamera)
left.setCamera(features[CAM_B].name)
out = pipeline.create(dai.node.XLinkOut)
out.setStreamName("left")
left.out.link(out.input)
with dai.Device(pipeline) as device:
    assert device.getOutputQueueNames() == ["left"] and device.getInputQueueNames() == []
