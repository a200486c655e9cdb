"""Stand-ins for `dai.Device` and `dai.DeviceBootloader`, and for what they hand out."""
from unittest.mock import MagicMock

from oakc_capture.patience import Stop

# Nothing with a camera at its end: addresses of this block are for documentation.
ADDRESS = "192.0.2.1"


def replace_devices(dai, pipelines, patience):
    """Puts the stand-ins into the library."""
    create = dai.DeviceBootloader.createDepthaiApplicationPackage
    dai.Device, dai.DeviceBootloader = device_classes(dai, pipelines, patience, create)
    if hasattr(dai, "DeviceBase"):
        dai.DeviceBase = dai.Device


class Queue:
    """A queue to or from a camera that is not there."""

    def __init__(self, patience):
        self.patience = patience

    def get(self, *_, **__):
        raise Stop

    getAll = get
    front = get

    def tryGet(self, *_, **__):
        self.patience.poll()

    def tryGetAll(self, *_, **__):
        self.patience.poll()
        return []

    def has(self, *_, **__):
        self.patience.poll()
        return False

    def __getattr__(self, name):
        return lambda *_, **__: None


class Calibration:
    """What a program asks a calibration for before it builds a pipeline, with the values of no camera."""

    def getLensPosition(self, *_, **__):
        return 0

    def getFov(self, *_, **__):
        return 69.0

    def getBaselineDistance(self, *_, **__):
        return 7.5

    def __getattr__(self, name):
        return lambda *_, **__: MagicMock()


def device_classes(dai, pipelines, patience, create):
    """Stand-ins for dai.Device and dai.DeviceBootloader. What is not below is the real class's if it is a type."""

    def info():
        return dai.DeviceInfo(ADDRESS)

    class Passing(type):
        def __getattr__(cls, name):
            found = getattr(cls.real, name)
            return found if isinstance(found, type) else (lambda *_, **__: MagicMock())

    class Connected(metaclass=Passing):
        def __init__(self, *arguments, **named):
            pipelines.keep_given([*arguments, *named.values()], "given to " + type(self).title)

        def __enter__(self):
            return self

        def __exit__(self, kind, *_):
            return kind is not None and issubclass(kind, Stop)

        def __getattr__(self, name):
            if not hasattr(type(self).real, name):
                raise AttributeError(name)
            return lambda *_, **__: MagicMock()

        @staticmethod
        def getAllAvailableDevices():
            return [info()]

        getAllConnectedDevices = getAllAvailableDevices

        @staticmethod
        def getFirstAvailableDevice(*_, **__):
            return True, info()

        getAnyAvailableDevice = getDeviceByMxId = getFirstAvailableDevice

    class Device(Connected):
        real, title = dai.Device, "dai.Device"

        def startPipeline(self, *arguments, **named):
            pipelines.keep_given([*arguments, *named.values()], "given to startPipeline")
            return True

        def getOutputQueue(self, *_, **__):
            return Queue(patience)

        getInputQueue = getOutputQueue

        def getQueueEvent(self, *_, **__):
            raise Stop

        getQueueEvents = getQueueEvent

        def isClosed(self):
            patience.poll()
            return False

        def isPipelineRunning(self):
            patience.poll()
            return True

        def readCalibration(self, *_, **__):
            return Calibration()

        readCalibration2 = readCalibrationOrDefault = readFactoryCalibration = getCalibration = readCalibration

        def getConnectedCameras(self):
            sockets = dai.CameraBoardSocket
            return [sockets.CAM_A, sockets.CAM_B, sockets.CAM_C]

        def getCameraSensorNames(self):
            return dict(zip(self.getConnectedCameras(), ["IMX378", "OV9282", "OV9282"]))

        def getConnectedCameraFeatures(self):
            features = []
            for socket, name in self.getCameraSensorNames().items():
                found = MagicMock(socket=socket, sensorName=name, hasAutofocus=False)
                features.append(found)
            return features

        def getUsbSpeed(self):
            return dai.UsbSpeed.SUPER

        def getDeviceInfo(self):
            return info()

        def getMxId(self):
            return "0" * 16

        def getDeviceName(self):
            return "OAK-D"

        getProductName = getDeviceName

        def getIrDrivers(self):
            return []

    class DeviceBootloader(Connected):
        real, title = dai.DeviceBootloader, "dai.DeviceBootloader"

        def flash(self, *arguments, **named):
            name = named.get("applicationName", "")
            pipelines.keep_given([*arguments, *named.values()], "flashed", name)
            return True, ""

        def flashDepthaiApplicationPackage(self, *_, **__):
            return True, ""

        @staticmethod
        def createDepthaiApplicationPackage(pipeline, *_, applicationName="", **__):
            pipelines.keep(pipeline, "packaged", applicationName)
            return create(pipeline, pathToCmd=pipelines.firmware)

        @staticmethod
        def saveDepthaiApplicationPackage(path, pipeline, *_, applicationName="", **__):
            pipelines.keep(pipeline, "packaged", applicationName)

    return Device, DeviceBootloader
