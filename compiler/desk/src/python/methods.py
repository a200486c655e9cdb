"""What methods of messages do beyond setting and getting a field."""
import _oakc_values as values
from _oakc_values import classes, given


def method(owner):
    def put(function):
        setattr(classes[owner], function.__name__, function)
        return function

    return put


def finish():
    """After the classes are made."""
    group()
    pictures()
    tensors()
    geometry()
    configurations()
    controls()


def group():
    @method("MessageGroup")
    def __getitem__(self, name):
        if self._members is None or name not in self._members:
            raise IndexError("map::at")
        return self._members[name]

    @method("Timestamp")
    def get(self):
        return values.timedelta(seconds=self.sec, microseconds=self.nsec / 1000)

    for name in ("getSequenceNum", "getTimestamp", "getTimestampDevice"):
        setattr(classes["IMUReport"], name, {
            "getSequenceNum": lambda self: self.sequence,
            "getTimestamp": lambda self: self.timestamp.get(),
            "getTimestampDevice": lambda self: self.tsDevice.get(),
        }[name])


def pictures():
    classes["ImgFrame"]._initial["frameType"] = "NONE"
    classes["ImgFrame"]._is_stamped = classes["EncodedFrame"]._is_stamped = True

    @method("ImgFrame")
    def setSize(self, *size):
        width, height = size[0] if len(size) == 1 else size
        self._set("width", given("int", width))
        self._set("height", given("int", height))
        return self

    @method("ImgFrame")
    def getType(self):
        return self._value("frameType", "ImgFrame.Type")

    @method("ImgFrame")
    def setType(self, kind):
        self._set("frameType", given("ImgFrame.Type", kind))
        return self

    @method("EncodedFrame")
    def getFrameSize(self):
        return self.getWidth(), self.getHeight()

    @method("EncodedFrame")
    def setFrameSize(self, *size):
        width, height = size[0] if len(size) == 1 else size
        self._set("width", given("int", width))
        self._set("height", given("int", height))
        return self


KINDS = {"FP16": ("e", 2), "FP32": ("f", 4), "INT": ("i", 4), "I8": ("b", 1), "U8F": ("B", 1)}


def layers(self):
    return self._value("layers", "list[TensorInfo]")


def layer(self, name, kind):
    """The numbers of a tensor; none where there is no such layer, as in the library."""
    import struct

    for info in layers(self):
        if info.name == name:
            code, size = KINDS[kind]
            count = 1
            for length in info.dims:
                count *= length
            data = bytes(self._bytes())[info.offset:info.offset + count * size]
            count = len(data) // size
            return list(struct.unpack("<%d%s" % (count, code), data[:count * size]))
    return []


def tensors():
    made = classes["NNData"]
    made._fields["layers"] = "list[TensorInfo]"
    made.getAllLayers = lambda self: list(layers(self))
    made.getAllLayerNames = lambda self: [info.name for info in layers(self)]
    made.hasLayer = lambda self, name: any(info.name == name for info in layers(self))
    for suffix, kind in (("Fp16", "FP16"), ("Int32", "INT"), ("UInt8", "U8F")):
        setattr(made, "getLayer" + suffix, lambda self, name, kind=kind: layer(self, name, kind))
        setattr(made, "getFirstLayer" + suffix, lambda self, kind=kind: (
            layer(self, layers(self)[0].name, kind) if layers(self) else []))

    @method("NNData")
    def setLayer(self, name, data):
        import struct

        if isinstance(data, (bytes, bytearray, memoryview)):
            kind, packed, count = "U8F", bytes(data), len(data)
        else:
            numbers = list(data)
            whole = all(isinstance(number, int) for number in numbers)
            # A list of whole numbers fits the first overload, which is for bytes.
            kind = "U8F" if whole else "FP16"
            code = KINDS[kind][0]
            packed, count = struct.pack("<%d%s" % (len(numbers), code), *[n & 255 if whole else n for n in numbers]), len(numbers)
        infos, start = list(layers(self)), len(self._bytes())
        info = classes["TensorInfo"]()
        info.name, info.dims, info.offset, info.numDimensions = name, [count], start, 1
        info.dataType = getattr(classes["TensorInfo.DataType"], kind)
        self._set("layers", [it for it in infos if it.name != name] + [info])
        self._data = bytearray(bytes(self._bytes()) + packed)
        self._size = len(self._data)


def geometry():
    point, size, rect = classes["Point2f"], classes["Size2f"], classes["Rect"]
    rect._fields = {"x": "float", "y": "float", "width": "float", "height": "float"}

    def take(self, arguments):
        if len(arguments) == 2 and isinstance(arguments[0], point):
            first, second = arguments
            if isinstance(second, size):
                values = (first.x, first.y, second.width, second.height)
            else:
                left, right = sorted((first.x, second.x))
                top, bottom = sorted((first.y, second.y))
                values = (left, top, right - left, bottom - top)
        elif len(arguments) == 4:
            values = arguments
        else:
            raise TypeError("Rect(): incompatible constructor arguments")
        for name, value in zip(rect._fields, values):
            setattr(self, name, value)

    rect._take = take
    rect.topLeft = lambda self: point(self.x, self.y)
    rect.bottomRight = lambda self: point(self.x + self.width, self.y + self.height)
    rect.size = lambda self: size(self.width, self.height)
    rect.area = lambda self: self.width * self.height
    rect.empty = lambda self: self.width <= 0 or self.height <= 0
    rect.contains = lambda self, it: (
        self.x <= it.x < self.x + self.width and self.y <= it.y < self.y + self.height)

    def is_normalized(self):
        return self.x + self.width <= 1 and self.x >= 0 and self.y + self.height <= 1 and self.y >= 0 and not (
            self.x == self.y == 0 and self.width == self.height == 1)

    def scaled(self, width, height):
        return rect(self.x * width, self.y * height, self.width * width, self.height * height)

    rect.isNormalized = is_normalized
    rect.normalize = lambda self, width, height: self if is_normalized(self) else scaled(self, 1 / width, 1 / height)
    rect.denormalize = lambda self, width, height: scaled(self, width, height) if is_normalized(self) else self
    point._fields = {"x": "float", "y": "float"}
    size._fields = {"width": "float", "height": "float"}
    classes["Point3f"]._fields = {"x": "float", "y": "float", "z": "float"}


def configurations():
    roi = "list[SpatialLocationCalculatorConfigData]"

    @method("SpatialLocationCalculatorConfig")
    def addROI(self, ROI):
        self._value("config", roi).append(given("SpatialLocationCalculatorConfigData", ROI))

    @method("SpatialLocationCalculatorConfig")
    def setROIs(self, ROIs):
        self._set("config", given(roi, ROIs))

    @method("SpatialLocationCalculatorConfig")
    def getConfigData(self):
        return list(self._value("config", roi))

    @method("SpatialLocationCalculatorData")
    def getSpatialLocations(self):
        return self._value("spatialLocations", "list[SpatialLocations]")

    for name, raw in (
        ("AprilTagConfig", "RawAprilTagConfig"),
        ("StereoDepthConfig", "RawStereoDepthConfig"),
        ("FeatureTrackerConfig", "RawFeatureTrackerConfig"),
    ):
        raw_config(name, raw)
    whole_config("ImageManipConfig", {})
    whole_config("SpatialLocationCalculatorConfig", {"config": roi})
    manip()
    stereo()
    family = "AprilTagConfig.Family"

    @method("AprilTagConfig")
    def setFamily(self, kind):
        self._value("config", "RawAprilTagConfig").family = given(family, kind)
        return self


def raw_config(name, raw):
    made = classes[name]
    made.get = lambda self: self._value("config", raw)

    def put(self, config):
        self._set("config", given(raw, config))
        return self

    made.set = put


def whole_config(name, fields):
    """`get` gives all that a configuration says, in a class that scripts cannot name, and `set` takes it."""
    made = classes[name]
    raw = type("Raw" + name, (values.Struct,), {"__module__": "lpb", "__slots__": (), "_fields": fields})
    for field, kind in fields.items():
        setattr(raw, field, values.field(field, kind))

    def put(self, config):
        if not isinstance(config, raw):
            raise TypeError("set(): incompatible function arguments: what `get` of a %s gives is needed" % name)
        said = dict(config._said)
        said.update((field, values.plain(value)) for field, value in config._read.items())
        self._said, self._read, self._touched = said, {}, True
        return self

    made.get = lambda self: raw._of(dict(self._fields_now()))
    made.set = put


def stereo():
    made = classes["StereoDepthConfig"]
    places = {
        "ConfidenceThreshold": (("costMatching", "confidenceThreshold"), "int"),
        "MedianFilter": (("postProcessing", "median"), "MedianFilter"),
        "BilateralFilterSigma": (("postProcessing", "bilateralSigmaValue"), "int"),
        "LeftRightCheckThreshold": (("algorithmControl", "leftRightCheckThreshold"), "int"),
    }

    def setting(path):
        def put(self, value):
            setattr(getattr(made.get(self), path[0]), path[1], value)
            return self

        return put

    for name, (path, _) in places.items():
        setattr(made, "set" + name, setting(path))
        setattr(made, "get" + name, lambda self, path=path: getattr(getattr(made.get(self), path[0]), path[1]))
    made.setLeftRightCheck = setting(("algorithmControl", "enableLeftRightCheck"))
    made.setSubpixel = setting(("algorithmControl", "enableSubpixel"))

    def most(self):
        config = made.get(self)
        widest = 64 if config.costMatching.disparityWidth.name == "DISPARITY_64" else 96
        if config.costMatching.enableCompanding:
            widest = 176 if widest == 96 else 96
        control = config.algorithmControl
        widest = (widest - 1) * (2 if control.enableExtended else 1)
        return float(widest << control.subpixelFractionalBits if control.enableSubpixel else widest)

    made.getMaxDisparity = most


def manip():
    made = classes["ImageManipConfig"]

    def crop_rect(self, *corners, **named):
        corners = corners[0] if len(corners) == 1 else corners or tuple(named.values())
        if len(corners) != 4:
            raise TypeError("setCropRect(): incompatible function arguments")
        names = ("xmin", "ymin", "xmax", "ymax")
        self._set("cropRect", {name: given("float", value) for name, value in zip(names, corners)})
        return self

    def edge(name):
        return lambda self: (self._value("cropRect", "?") or {}).get(name, 0.0)

    made.setCropRect = crop_rect
    for name in ("xmin", "ymin", "xmax", "ymax"):
        setattr(made, "getCrop%s%s" % (name[0].upper(), name[1:].capitalize()), edge(name))

    def resize(key):
        def put(self, *size, **rest):
            size = (size[0] + size[1:]) if size and isinstance(size[0], tuple) else size
            size = size + tuple(rest.values())
            if len(size) < 2:
                raise TypeError("%s(): incompatible function arguments" % key)
            self._set(key, {"width": given("int", size[0]), "height": given("int", size[1])})
            if size[2:]:
                self._set("background", [given("int", part) for part in size[2:]])
            return self

        return put

    made.setResize, made.setResizeThumbnail = resize("resize"), resize("resizeThumbnail")

    def resized(name):
        def get(self):
            for key in ("resizeThumbnail", "resize"):
                size = self._value(key, "?")
                if size:
                    return size[name]
            return 0

        return get

    made.getResizeWidth, made.getResizeHeight = resized("width"), resized("height")
    made.isResizeThumbnail = lambda self: bool(self._value("resizeThumbnail", "?"))


def controls():
    made = classes["CameraControl"]
    made.getCaptureStill = lambda self: bool(self._value("captureStill", "?"))

    def exposure(self):
        said = self._value("manualExposure", "?") or {}
        time = said.get("exposureTimeUs", 0)
        return time if isinstance(time, int) else int(time.total_seconds() * 1e6)

    def manual(self, *arguments, **named):
        time, iso = arguments + tuple(named.values())
        if isinstance(time, values.timedelta):
            time = int(time.total_seconds() * 1_000_000)
        self._set("manualExposure", {"exposureTimeUs": given("int", time), "sensitivityIso": given("int", iso)})
        return self

    made.setManualExposure = manual
    made.getExposureTime = lambda self: values.timedelta(microseconds=exposure(self))
    made.getSensitivity = lambda self: (self._value("manualExposure", "?") or {}).get("sensitivityIso", 0)
    made.getLensPosition = lambda self: self._value("manualFocus", "?") or 0
    made.getLensPositionRaw = lambda self: self._value("manualFocusRaw", "?") or 0.0
    raw_config("CameraControl", "RawCameraControl")
    raw = classes["RawCameraControl"]

    def commanded(self, command, on=True):
        bit = 1 << int(command)
        self.cmdMask = self.cmdMask | bit if on else self.cmdMask & ~bit

    raw.setCommand = commanded
    raw.clearCommand = lambda self, command: commanded(self, command, False)
    raw.getCommand = lambda self, command: bool(self.cmdMask >> int(command) & 1)
