"""The camera that the program believes to have: a product, from OUT/camera.json, in the words of the library."""
import json
import math
import os

MATRIX = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]


class Product:
    """What the product answers. `asked` gets what the program has learned of it that other units need not share."""

    def __init__(self, dai, out):
        self.dai, self.asked = dai, set()
        with open(os.path.join(out, "camera.json"), encoding="utf-8") as file:
            self.camera = json.load(file)
        self.name = self.camera["name"]
        self.sockets = {getattr(dai.CameraBoardSocket, at["socket"]): at for at in self.camera["sockets"]}
        self.calibration_class = noting_class(dai.CalibrationHandler, self.asked)

    def sensor_names(self):
        return {socket: at["sensor"] for socket, at in self.sockets.items()}

    def features(self):
        return [self.features_of(socket, at) for socket, at in self.sockets.items()]

    def features_of(self, socket, at):
        types = self.dai.CameraSensorType
        features = self.dai.CameraFeatures()
        features.socket, features.sensorName, features.name = socket, at["sensor"], at["name"]
        features.width, features.height = at["width"], at["height"]
        features.supportedTypes = [getattr(types, name) for name in at["types"]]
        features.hasAutofocus = at["autofocus"]
        if hasattr(features, "hasAutofocusIC"):
            features.hasAutofocusIC = at["autofocus"]
        if hasattr(features, "configs"):
            features.configs = [self.mode(mode) for mode in at["modes"]]
        return features

    def mode(self, mode):
        found = self.dai.CameraSensorConfig()
        found.width, found.height, found.maxFps = mode["width"], mode["height"], mode["fps"]
        found.minFps, found.type = 1.0, getattr(self.dai.CameraSensorType, mode["type"])
        return found

    def pairs(self):
        """The stereo cameras, left and right."""
        if not self.camera["stereo"] or not hasattr(self.dai, "StereoPair"):
            return []
        pair = self.dai.StereoPair()
        pair.left, pair.right = self.stereo()
        pair.baseline = self.camera["baseline"]
        return [pair]

    def stereo(self):
        return [getattr(self.dai.CameraBoardSocket, name) for name in self.camera["stereo"]]

    def calibration(self):
        """One with numbers as the product's drawings say them."""
        handler = self.calibration_class()
        handler.setBoardInfo(self.name, self.name, "R0", "", "", "", 0, 0)
        for socket, at in self.sockets.items():
            width, height = at["width"], at["height"]
            focal = width / 2 / math.tan(math.radians(at["fov"]) / 2)
            matrix = [[focal, 0.0, width / 2], [0.0, focal, height / 2], [0.0, 0.0, 1.0]]
            handler.setCameraIntrinsics(socket, matrix, width, height)
            handler.setDistortionCoefficients(socket, [0.0] * 14)
            handler.setCameraType(socket, self.dai.CameraModel.Perspective)
            handler.setFov(socket, at["fov"])
            handler.setLensPosition(socket, 135 if at["autofocus"] else 0)
        self.place(handler)
        return handler

    def place(self, handler):
        """Where the cameras are to each other, in centimeters."""
        if self.camera["stereo"]:
            left, right = self.stereo()
            baseline = self.camera["baseline"]
            handler.setCameraExtrinsics(left, right, MATRIX, [-baseline, 0.0, 0.0], [-baseline, 0.0, 0.0])
            handler.setStereoLeft(left, MATRIX)
            handler.setStereoRight(right, MATRIX)
            center = self.dai.CameraBoardSocket.CAM_A
            if center in self.sockets:
                handler.setCameraExtrinsics(right, center, MATRIX, [baseline / 2, 0.0, 0.0], [baseline / 2, 0.0, 0.0])
        if self.camera["imu"]:
            handler.setImuExtrinsics(next(iter(self.sockets)), MATRIX, [0.0, 0.0, 0.0], [0.0, 0.0, 0.0])

    def owns(self, handler):
        """Whether a calibration is what the product answered, and nothing else."""
        own = isinstance(handler, self.calibration_class)
        return own and handler.eepromToJson() == self.calibration().eepromToJson()


def noting_class(real, asked):
    """The class of calibrations that note when the program takes a number from them."""

    class Calibration(real):
        def __getattribute__(self, name):
            # Which sockets are left and right, the product alone decides.
            if name.startswith("get") and not name.endswith("CameraId"):
                asked.add("calibration")
            return super().__getattribute__(name)

    Calibration.__name__ = Calibration.__qualname__ = real.__name__
    Calibration.__module__ = real.__module__
    return Calibration


def keep_calibration_out(product, pipeline_class):
    """A pipeline that gets the camera's own calibration back does not carry what the product answered."""
    real = pipeline_class.setCalibrationData

    def setCalibrationData(self, handler):
        if not product.owns(handler):
            real(self, handler)

    pipeline_class.setCalibrationData = setCalibrationData
