# in: feat=TrackedFeatures ctrl=Buffer
# out: cfg=StereoDepthConfig
import re
import datetime as dt
import os.path

COMMAND = re.compile(r"(\w+)=(\d+)")
started = dt.datetime.now()
options = dict(threshold=10, window=5)
paths = {}


def parse(data):
    text = bytes(data).decode("ascii", "replace")
    for key, value in COMMAND.findall(text):
        options[key] = int(value)
    return text.strip()


def drift(features):
    total = 0.0
    for feature in features:
        x, y = feature.position.x, feature.position.y
        known = paths.get(feature.id)
        if known is None:
            paths[feature.id] = (x, y)
        else:
            dx = x - known[0]
            dy = y - known[1]
            total += abs(dx) + abs(dy)
    return total


def uptime():
    delta = dt.datetime.now() - started
    return delta.total_seconds()


def configure(strength):
    config = StereoDepthConfig()
    config.setConfidenceThreshold(strength)
    config.setLeftRightCheckThreshold(options["threshold"])
    config.setMedianFilter(MedianFilter.KERNEL_5x5)
    return config


frames = 0
while True:
    message = node.io["feat"].get()
    control = node.io["ctrl"].tryGet()
    if control:
        node.warn("got " + parse(control.getData()))
    moved = drift(message.trackedFeatures)
    frames += 1
    if moved > options["window"] or frames == 1:
        node.io["cfg"].send(configure(200))
        node.info(os.path.join("log", "frame%d" % frames) + " " + str(round(uptime(), 2)))
