"""Names that earlier releases of depthai 2 had and 2.33 has not, by which older programs still call things.

The table is the difference between the members of the bindings of 2.0, 2.2, 2.5, 2.8, 2.10, 2.13, 2.15, 2.17, 2.20
and 2.25 and those of 2.33, without what only a host uses once a camera runs.
"""
import functools
import inspect
import re
from unittest.mock import MagicMock

PARSER = ("anchorMasks", "anchors", "classes", "confidenceThreshold", "coordinates", "iouThreshold", "nnFamily")
NODES = (
    "ColorCamera", "DetectionNetwork", "EdgeDetector", "IMU", "ImageManip", "MobileNetDetectionNetwork",
    "MobileNetSpatialDetectionNetwork", "MonoCamera", "NeuralNetwork", "ObjectTracker", "SPIOut", "Script",
    "SpatialDetectionNetwork", "SpatialLocationCalculator", "StereoDepth", "SystemLogger", "VideoEncoder", "XLinkIn",
    "XLinkOut", "YoloDetectionNetwork", "YoloSpatialDetectionNetwork",
)

# Where it was (`dai` itself is ""), the old name, and what it is called from there now.
RENAMED = (
    ("", "TrackerIdAssigmentPolicy", "TrackerIdAssignmentPolicy"),
    ("", "PrebootConfig", "BoardConfig"),
    ("", "LxScript", "node.Script"),
    ("DeviceBootloader", "Version", "/Version"),
    ("Device.Config", "preboot", "board"),
    ("Node", "getAssets", "getAssetManager"),
    ("Pipeline", "getAllAssets", "getAssetManager"),
    ("AssetManager", "add", "set"),
    ("node.ObjectTracker", "setTrackerIdAssigmentPolicy", "setTrackerIdAssignmentPolicy"),
    ("node.ObjectTracker.Properties", "trackerIdAssigmentPolicy", "trackerIdAssignmentPolicy"),
    ("node.Script", "setScriptData", "setScript"),
    ("node.Script", "getScriptPath", "getScriptName"),
    *(("DetectionNetworkProperties", name, "parser." + name) for name in PARSER),
    *(("SpatialDetectionNetworkProperties", name, "parser." + name) for name in PARSER),
    *(("", name, "node." + name) for name in NODES),
    # Those that no firmware of 2.33 has become the earliest that one has.
    *((owner, "VERSION_2020_" + number, "VERSION_2020_3") for owner in ("OpenVINO", "OpenVINO.Version") for number in "12"),
)

# What `RawStereoDepthConfig.config` had, and where that is now.
STEREO_CONFIG = {
    "confidenceThreshold": "costMatching.confidenceThreshold",
    "leftRightCheckThreshold": "algorithmControl.leftRightCheckThreshold",
    "median": "postProcessing.median",
    "bilateralSigmaValue": "postProcessing.bilateralSigmaValue",
}

# Methods that do nothing any more, and what does the same now where anything does; the import says so.
GONE = (
    ("node.StereoDepth", "loadCalibrationFile", "Pipeline.setCalibrationData"),
    ("node.StereoDepth", "loadCalibrationData", "Pipeline.setCalibrationData"),
    ("CameraControl", "setNoiseReductionStrength", "CameraControl.setLumaDenoise"),
    ("ToFConfig", "setAvgPhaseShuffle", ""),
    ("ToFConfig", "setDepthParams", ""),
    ("ToFConfig", "setFreqModUsed", ""),
    ("ToFConfig", "setMinAmplitude", ""),
)

# The same of properties. Those of 2.33 would be overwritten by what the node's `initialConfig` says.
GONE_PROPERTIES = (
    ("StereoDepthProperties", "enableExtendedDisparity", "StereoDepth.setExtendedDisparity"),
    ("StereoDepthProperties", "enableLeftRightCheck", "StereoDepth.setLeftRightCheck"),
    ("StereoDepthProperties", "enableSubpixel", "StereoDepth.setSubpixel"),
    ("StereoDepthProperties", "depthAlign", "StereoDepth.setDepthAlign"),
    ("StereoDepthProperties", "median", "StereoDepth.initialConfig.setMedianFilter"),
)


def restore_names(dai, told):
    """Gives the library the old names; `told` learns which of those without a counterpart the program uses."""
    for owner, old, new in RENAMED:
        place = find(dai, owner)
        if place is not None and not hasattr(place, old):
            set_alias(dai, place, old, new)
    for makes, gone in ((ignored, GONE), (ignored_property, GONE_PROPERTIES)):
        for owner, name, new in gone:
            place = find(dai, owner)
            if place is not None and not hasattr(place, name):
                setattr(place, name, makes(told, owner.split(".")[-1] + "." + name, new))
    if not hasattr(dai.ToFConfig, "DepthParams"):
        dai.ToFConfig.DepthParams = MagicMock(name="DepthParams")
    if not hasattr(dai.RawStereoDepthConfig, "config"):
        dai.RawStereoDepthConfig.config = property(StereoConfig)
    for cls in vars(dai.node).values():
        if isinstance(cls, type):
            name_parameters(cls)


def name_parameters(cls):
    """Lets methods of one parameter take it by a name, as they did when the library still had one for it."""
    for name, method in list(vars(cls).items()):
        nameless = re.match(r"%s\(self: [\w.]+, arg0: [^,]+\) -> " % name, getattr(method, "__doc__", None) or "")
        if nameless and callable(method):
            setattr(cls, name, by_any_name(method))


def by_any_name(method):
    @functools.wraps(method)
    def call(self, *arguments, **named):
        return method(self, *arguments, *named.values())

    return call


def find(start, path):
    """What the path leads to; None where this release lacks a part of it."""
    try:
        return functools.reduce(getattr, path.split("."), start) if path else start
    except AttributeError:
        return None


def set_alias(dai, place, old, new):
    """Makes `old` mean `new`: another name of the same thing, or a property that leads to a member of a member."""
    if new.startswith("/"):
        target = find(dai, new[1:])
    elif place is dai:
        target = find(dai, new)
    elif "." in new:
        target = forwarded(new)
    else:
        # As it stands in the class: a method is not bound yet, a property not read.
        target = inspect.getattr_static(place, new, None)
    if target is not None:
        setattr(place, old, target)


def forwarded(path):
    """A property that stands for a member of a member."""
    *parts, last = path.split(".")

    def write(self, value):
        setattr(functools.reduce(getattr, parts, self), last, value)

    return property(lambda self: functools.reduce(getattr, [*parts, last], self), write)


def ignored(told, name, new):
    """A method that does nothing but be noticed."""
    return lambda self, *_, **__: told.gone(name, new)


def ignored_property(told, name, new):
    return property(lambda self: None, lambda self, _: told.gone(name, new))


class StereoConfig:
    """What was in one struct and is in three now."""

    def __init__(self, raw):
        object.__setattr__(self, "raw", raw)

    def __getattr__(self, name):
        return functools.reduce(getattr, STEREO_CONFIG.get(name, name).split("."), self.raw)

    def __setattr__(self, name, value):
        *parts, last = STEREO_CONFIG.get(name, name).split(".")
        setattr(functools.reduce(getattr, parts, self.raw), last, value)
