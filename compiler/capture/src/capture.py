"""Runs a program that uses depthai 2.x and keeps the pipelines that it starts, without any camera.

In:    capture.py PROGRAM OUT SECONDS BYTES; no file of the program gets larger than BYTES; the interpreter has the real depthai.
Out:   OUT/report.json, and OUT/N.dap for each pipeline: a package of the real library around a stand-in firmware.
Never: a connection to a device. `dai.Device` and `dai.DeviceBootloader` are replaced before the program runs; its
       loops end when they ask a queue, wait for a key or sleep too often.
"""
import ast
import hashlib
import importlib.util
import json
import os
import runpy
import struct
import sys
import threading
import time
import traceback
import types
from unittest.mock import MagicMock

PATIENCE = 300  # how often a program may look whether something has come, before it is stopped
FIRMWARE = b"MA2x" + bytes(60)
# Nothing with a camera at its end: addresses of this block are for documentation.
ADDRESS = "192.0.2.1"


class Stop(BaseException):
    """Ends a program where it waits for a camera. Not an Exception: no handler of its own may keep it."""


class Capture:
    """What was found, and the report about it."""

    def __init__(self, dai, program, out):
        self.dai, self.program, self.out = dai, program, out
        self.folder = os.path.dirname(program)
        self.save = dai.DeviceBootloader.saveDepthaiApplicationPackage
        self.create = dai.DeviceBootloader.createDepthaiApplicationPackage
        self.pipeline_class = dai.Pipeline
        self.firmware = os.path.join(out, "firmware.cmd")
        with open(self.firmware, "wb") as file:
            file.write(FIRMWARE)
        self.kept, self.made, self.models, self.stubs = [], [], {}, []
        self.pipelines, self.error, self.polls = [], None, 0
        self.lock = threading.RLock()

    def poll(self):
        self.polls += 1
        if self.polls > PATIENCE:
            raise Stop

    def keep(self, pipeline, how, name="", cut=False):
        with self.lock:
            if any(pipeline is known for known in self.kept) or not pipeline.getAllNodes():
                return
            number = len(self.pipelines)
            path = os.path.join(self.out, "%d.dap" % number)
            self.save(path, pipeline, pathToCmd=self.firmware, compress=False, applicationName=name)
            self.kept.append(pipeline)
            version = pipeline.getRequiredOpenVINOVersion()
            version = None if version is None else str(version).split("VERSION_")[-1]
            nodes = [node.getName() for node in sorted(pipeline.getAllNodes(), key=lambda node: node.id)]
            self.pipelines.append({"how": how, "openvino": version, "nodes": nodes, "cut": cut})

    def keep_all(self, arguments, how, name=""):
        for argument in arguments:
            if isinstance(argument, self.pipeline_class):
                self.keep(argument, how, name)

    def write(self, end):
        with self.lock:
            report = {"end": end, "error": self.error, "pipelines": self.pipelines}
            write_report(self.out, {**report, "models": self.models, "stubs": self.stubs})

    # --- files

    def find(self, path):
        """A file as the program finds it: from where it runs, or beside it."""
        for candidate in (os.fspath(path), os.path.join(self.folder, os.fspath(path))):
            if os.path.isfile(candidate):
                return candidate
        return None

    def model(self, path):
        """The blob at a path; where there is none, one that stands in for it."""
        found = self.find(path)
        if found is None:
            found = os.path.join(self.out, "missing-%d.blob" % len(self.models))
            with open(found, "wb") as file:
                file.write(placeholder(os.fspath(path)))
            missing = True
        else:
            missing = found.startswith(self.out)
        with open(found, "rb") as file:
            digest = hashlib.sha256(file.read()).hexdigest()
        self.models.setdefault(digest, {"path": os.fspath(path), "missing": missing})
        return found


def write_report(out, report):
    path = os.path.join(out, "report.json")
    with open(path + ".new", "w", encoding="utf-8") as file:
        json.dump(report, file)
    os.replace(path + ".new", path)


def placeholder(name):
    """A blob without a network: the library reads no more than its header. No two names give equal bytes."""
    content = name.encode("utf-8", "replace") + b"\0"
    content += bytes(-len(content) % 64)
    numbers = [9709, 256 + len(content), 6, 0, 0, 0, 1, 0, 0, 1, 0, 6, 6, 0, 1, 0, 192, 192, 192, 256]
    head = b"\x7felf".ljust(16, b"\0") + bytes([1, 0, 2, 0, 2, 0, 0, 0])
    head = head.ljust(40, b"\0") + b"\xa0\x01"
    blob = head.ljust(52, b"\0") + struct.pack("<20I", *numbers)
    return blob.ljust(192, b"\0") + struct.pack("<3I", 12, 0, 6).ljust(64, b"\0") + content


class Queue:
    """A queue to or from a camera that is not there."""

    def __init__(self, capture):
        self.capture = capture

    def get(self, *_, **__):
        raise Stop

    getAll = get
    front = get

    def tryGet(self, *_, **__):
        self.capture.poll()

    def tryGetAll(self, *_, **__):
        self.capture.poll()
        return []

    def has(self, *_, **__):
        self.capture.poll()
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


def device_classes(capture):
    """Stand-ins for dai.Device and dai.DeviceBootloader. What is not below is the real class's if it is a type."""
    dai = capture.dai

    def info():
        return dai.DeviceInfo(ADDRESS)

    class Passing(type):
        def __getattr__(cls, name):
            found = getattr(cls.real, name)
            return found if isinstance(found, type) else (lambda *_, **__: MagicMock())

    class Connected(metaclass=Passing):
        def __init__(self, *arguments, **named):
            capture.keep_all([*arguments, *named.values()], "given to " + type(self).title)

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
            capture.keep_all([*arguments, *named.values()], "given to startPipeline")
            return True

        def getOutputQueue(self, *_, **__):
            return Queue(capture)

        getInputQueue = getOutputQueue

        def getQueueEvent(self, *_, **__):
            raise Stop

        getQueueEvents = getQueueEvent

        def isClosed(self):
            capture.poll()
            return False

        def isPipelineRunning(self):
            capture.poll()
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
            capture.keep_all([*arguments, *named.values()], "flashed", name)
            return True, ""

        def flashDepthaiApplicationPackage(self, *_, **__):
            return True, ""

        @staticmethod
        def createDepthaiApplicationPackage(pipeline, *_, applicationName="", **__):
            capture.keep(pipeline, "packaged", applicationName)
            return capture.create(pipeline, pathToCmd=capture.firmware)

        @staticmethod
        def saveDepthaiApplicationPackage(path, pipeline, *_, applicationName="", **__):
            capture.keep(pipeline, "packaged", applicationName)

    return Device, DeviceBootloader


def replace_library(capture):
    """Puts the stand-ins into the library, and files that are not there behind its setters."""
    dai = capture.dai
    dai.Device, dai.DeviceBootloader = device_classes(capture)
    if hasattr(dai, "DeviceBase"):
        dai.DeviceBase = dai.Device

    class Pipeline(capture.pipeline_class):
        def __init__(self, *arguments, **named):
            super().__init__(*arguments, **named)
            capture.made.append(self)

    Pipeline.__module__ = capture.pipeline_class.__module__
    dai.Pipeline = Pipeline

    def is_path(argument):
        return isinstance(argument, (str, os.PathLike))

    def with_model(real):
        return lambda self, blob: real(self, capture.model(blob) if is_path(blob) else blob)

    def with_files(real):
        return lambda self, *paths: real(self, *[capture.find(p) or p if is_path(p) else p for p in paths])

    for cls in list(vars(dai.node).values()) + [capture.pipeline_class]:
        for method in ("setBlob", "setBlobPath"):
            if isinstance(cls, type) and method in vars(cls):
                setattr(cls, method, with_model(getattr(cls, method)))
        for method in ("loadMeshFile", "loadMeshFiles", "setCameraTuningBlobPath"):
            if isinstance(cls, type) and method in vars(cls):
                setattr(cls, method, with_files(getattr(cls, method)))

    script = dai.node.Script.setScriptPath
    blob = dai.OpenVINO.Blob
    dai.node.Script.setScriptPath = lambda self, path, name="": script(
        self, capture.find(path) or path, name or os.fspath(path)
    )
    dai.OpenVINO.Blob = lambda source: blob(capture.model(source) if is_path(source) else source)


def zoo(*arguments, **named):
    """A model that blobconverter would fetch: the name that its file would have."""
    name = named.get("name") or next((a for a in arguments if isinstance(a, str)), "model")
    shaves = named.get("shaves")
    return "%s%s.blob" % (os.path.basename(str(name)), "_%sshave" % shaves if shaves else "")


def replace_modules(capture, source):
    """Stand-ins for what shows pictures and fetches models, and for modules that are not installed."""
    converter = types.ModuleType("blobconverter")
    converter.__getattr__ = lambda name: zoo if name.startswith("from_") else MagicMock()
    sys.modules["blobconverter"] = converter
    for name in imported(source):
        if name in sys.modules or importlib.util.find_spec(name) is not None:
            continue
        sys.modules[name] = MagicMock(name=name)
        capture.stubs.append(name)
    if "cv2" in source:
        import cv2

        for name in ("imshow", "namedWindow", "resizeWindow", "createTrackbar", "setMouseCallback", "destroyAllWindows"):
            setattr(cv2, name, lambda *_, **__: None)

        def key(*_):
            capture.poll()
            return ord("q")

        cv2.waitKey = cv2.waitKeyEx = cv2.pollKey = key
    sleep = time.sleep

    def doze(seconds=0):
        capture.poll()
        sleep(min(max(seconds, 0), 0.005))

    time.sleep = doze


def imported(source):
    """Modules that the program imports for certain: not inside `try`, where it may do without."""
    try:
        open_nodes = [ast.parse(source)]
    except SyntaxError:
        return []
    names = []
    while open_nodes:
        node = open_nodes.pop()
        if isinstance(node, ast.Try):
            continue
        if isinstance(node, ast.Import):
            names += [alias.name.split(".")[0] for alias in node.names]
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.append(node.module.split(".")[0])
        open_nodes += ast.iter_child_nodes(node)
    return names


def run(capture, program):
    end = "finished"
    try:
        runpy.run_path(program, run_name="__main__")
    except Stop:
        end = "stopped"
    except SystemExit as exit:
        end = "exited"
        if isinstance(exit.code, str):
            capture.error = exit.code
        elif exit.code:
            capture.error = "exit code %s" % exit.code
    except BaseException as error:
        end = "failed"
        capture.error = "".join(traceback.format_exception_only(type(error), error)).strip()
        places = [at for at in traceback.extract_tb(error.__traceback__) if at.filename == program]
        if places:
            capture.error += " (line %d)" % places[-1].lineno
    return end


def bound_files(size):
    """No file gets larger than that."""
    try:
        import resource
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    except (ImportError, ValueError, OSError):
        pass


def main():
    program, out, seconds = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]), float(sys.argv[3])
    bound_files(int(sys.argv[4]))
    try:
        import depthai as dai
    except ImportError as error:
        return write_report(out, {"end": "no depthai", "error": str(error)})
    if not dai.__version__.startswith("2."):
        return write_report(out, {"end": "wrong depthai", "error": dai.__version__})
    capture = Capture(dai, program, out)

    def expire():
        capture.write("expired")
        os._exit(0)

    timer = threading.Timer(seconds, expire)
    timer.daemon = True
    timer.start()
    with open(program, encoding="utf-8", errors="replace") as file:
        source = file.read()
    sys.argv = [program]
    sys.path.insert(0, capture.folder)
    replace_library(capture)
    replace_modules(capture, source)
    end = run(capture, program)
    if not capture.pipelines:
        # A program that was stopped, or stopped itself, may have had more to add before it would have started them.
        cut = end == "stopped" or capture.error is not None
        for pipeline in capture.made:
            capture.keep(pipeline, "made, but never started", cut=cut)
    capture.write(end)
    # Threads of the program may still wait for a camera.
    os._exit(0)


main()
