"""Stand-ins for `dai.Device` and `dai.DeviceBootloader`, and for what they hand out."""
from oakc_capture.answers import Answering, Answers
from oakc_capture.cameras import SERIAL
from oakc_capture.patience import Stop


def replace_devices(dai, pipelines, patience, product, cameras):
    """Puts the stand-ins into the library."""
    answers = Answers(dai)
    answers.makers[dai.CalibrationHandler] = product.calibration
    answers.makers[dai.DeviceInfo] = cameras.first
    answers.makers[dai.Version] = dai.DeviceBootloader.getEmbeddedBootloaderVersion
    connected = connected_class(dai, answers, pipelines, cameras)
    bootloader = bootloader_class(dai, connected)
    device = device_class(dai, connected, pipelines, patience, product)
    dai.XLinkConnection = connection_class(dai, connected)
    dai.Device, dai.DeviceBootloader = device, bootloader
    if hasattr(dai, "DeviceBase"):
        dai.DeviceBase = dai.Device


def queue_class(dai, answers, patience, kind):
    """Of queues to or from a camera that is not there."""

    class Queue(Answering):
        real = kind

        def __init__(self, name, *_, **__):
            self.answers, self.name = answers, name

        def getName(self):
            return self.name

        def get(self, *_, **__):
            raise Stop

        getAll = front = get

        def tryGet(self, *_, **__):
            patience.poll()

        def tryGetAll(self, *_, **__):
            patience.poll()
            return []

        def has(self, *_, **__):
            patience.poll()
            return False

        def send(self, *_, **__):
            patience.poll()

    return Queue


def connected_class(dai, answers, pipelines, cameras):
    """What all of them have. What is not below is answered by its signature."""

    class Passing(type):
        def __getattr__(cls, name):
            found = getattr(cls.real, name)
            # What comes with the library needs no camera.
            if isinstance(found, type) or name.startswith("getEmbedded"):
                return found
            return lambda *_, **__: answers.call(found, name)

    class Connected(Answering, metaclass=Passing):
        def __init__(self, *arguments, **named):
            self.answers = answers
            given = [*arguments, *named.values()]
            self.info = next((a for a in given if isinstance(a, dai.DeviceInfo)), None) or cameras.first()
            self.streams = {}
            self.connect(given)
            pipelines.keep_given(given, "given to " + type(self).title)

        def connect(self, given):
            """Takes note of the streams of pipelines: for each kind of node their names."""
            for pipeline in given:
                for node in pipeline.getAllNodes() if isinstance(pipeline, pipelines.pipeline_class) else []:
                    if hasattr(node, "getStreamName"):
                        self.streams.setdefault(node.getName(), []).append(node.getStreamName())

        def __enter__(self):
            return self

        def __exit__(self, kind, *_):
            return kind is not None and issubclass(kind, Stop)

        @staticmethod
        def getAllAvailableDevices(*_, **__):
            return cameras.all()

        getAllConnectedDevices = getAllAvailableDevices

        @staticmethod
        def getFirstAvailableDevice(*_, **__):
            return True, cameras.first()

        getAnyAvailableDevice = getFirstDevice = getFirstAvailableDevice

        @staticmethod
        def getDeviceByMxId(serial="", *_, **__):
            return True, cameras.named(serial)

    return Connected


def device_class(dai, connected, pipelines, patience, product):
    class Device(connected):
        real, title = dai.Device, "dai.Device"

        def startPipeline(self, *arguments, **named):
            given = [*arguments, *named.values()]
            self.connect(given)
            pipelines.keep_given(given, "given to startPipeline")
            return True

        def getOutputQueueNames(self):
            return list(self.streams.get("XLinkOut", []))

        def getInputQueueNames(self):
            return list(self.streams.get("XLinkIn", []))

        def getOutputQueue(self, name="", *_, **__):
            return queue_class(dai, self.answers, patience, dai.DataOutputQueue)(name)

        def getInputQueue(self, name="", *_, **__):
            return queue_class(dai, self.answers, patience, dai.DataInputQueue)(name)

        def getQueueEvent(self, *_, **__):
            raise Stop

        getQueueEvents = getQueueEvent

        def isClosed(self):
            patience.poll()
            return False

        def isPipelineRunning(self):
            patience.poll()
            return True

        def isEepromAvailable(self):
            return True

        def getConnectedCameras(self):
            return list(product.sockets)

        def getCameraSensorNames(self):
            return product.sensor_names()

        def getConnectedCameraFeatures(self):
            return product.features()

        def getStereoPairs(self):
            return product.pairs()

        getAvailableStereoPairs = getStereoPairs

        def getConnectedIMU(self):
            return product.camera["imu"]

        def getUsbSpeed(self):
            return dai.UsbSpeed.SUPER

        def getDeviceInfo(self):
            return self.info

        def getMxId(self):
            return self.info.mxid or SERIAL

        def getDeviceName(self):
            return product.name

        getProductName = getDeviceName

    return Device


def connection_class(dai, connected):
    class XLinkConnection(connected):
        real, title = dai.XLinkConnection, "dai.XLinkConnection"

    return XLinkConnection


def bootloader_class(dai, connected):
    class DeviceBootloader(connected):
        real, title = dai.DeviceBootloader, "dai.DeviceBootloader"

    return DeviceBootloader
