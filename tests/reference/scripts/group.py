# in: group=ImgDetections frames=ImgFrame
# out: crop=ImageManipConfig
import itertools
import time as clock
from math import floor

numbers = itertools.count()


class Box:
    def __init__(self, xmin, ymin, xmax, ymax):
        self.xmin, self.ymin = xmin, ymin
        self.xmax, self.ymax = xmax, ymax

    @classmethod
    def of(cls, det):
        return cls(det.xmin, det.ymin, det.xmax, det.ymax)

    @property
    def area(self):
        return (self.xmax - self.xmin) * (self.ymax - self.ymin)

    def rotated(self, angle):
        rect = RotatedRect()
        rect.center.x = (self.xmin + self.xmax) / 2
        rect.center.y = (self.ymin + self.ymax) / 2
        rect.size = Size2f(self.xmax - self.xmin, self.ymax - self.ymin)
        rect.angle = angle
        return rect


class Cropper:
    def __init__(self, output):
        self.output = output
        self.sent = 0

    def crop(self, box):
        cfg = ImageManipConfig()
        cfg.setCropRotatedRect(box.rotated(15.0), True)
        cfg.setFrameType(ImgFrame.Type.BGR888p)
        cfg.setResize(64, 64)
        self.output.send(cfg)
        self.sent += 1


cropper = Cropper(node.io["crop"])


def handle(message, frame):
    boxes = [Box.of(det) for det in message.detections]
    boxes.sort(key=lambda box: box.area, reverse=True)
    for box in boxes[:4]:
        cropper.crop(box)
    age = Clock.now() - frame.getTimestamp()
    return floor(age.total_seconds() * 1000)


begun = clock.monotonic()
while True:
    message = node.io["group"].get()
    frame = node.io["frames"].get()
    late = handle(message, frame)
    if next(numbers) % 2 == 0:
        node.warn("late %d ms, sent %d" % (late, cropper.sent))
    elapsed = clock.monotonic() - begun
