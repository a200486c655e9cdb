"""Reads licence plates: finds vehicles, cuts one out, finds its plate, cuts that out, reads it. Only texts leave the camera.

One vehicle is under way at a time. Each step is a message to an ImageManip and an answer of a network; an answer that
does not come is not waited for.
"""
import time

from oakc import http, params

import boxes
from cars import Cars
from reading import fitted, text

VEHICLE_MARGIN, PLATE_MARGIN = 0.05, 0.15  # what is cut out beside a box
ANSWER = 2.0  # seconds until an answer is given up
KEPT = 4  # frames that wait for what was found in them


class Look:
    """A vehicle that is being looked at."""

    def __init__(self, car, frame, now):
        self.car, self.frame, self.since = car, frame, now
        self.part = boxes.wider(car.box, VEHICLE_MARGIN)


def cut_out(name, frame, box, width, height):
    config = ImageManipConfig()
    config.setCropRect(*box)
    config.setResize(width, height)
    config.setKeepAspectRatio(False)
    config.setFrameType(ImgFrame.Type.BGR888p)
    node.io[name + "_config"].send(config)
    node.io[name + "_frame"].send(frame)


def tell(plate, readings):
    node.info(f"{plate}, read {readings} times")
    if params.server:
        try:
            http.post(
                f"http://{params.server}:{params.port}{params.path}",
                json={"camera": params.camera, "plate": plate, "readings": readings},
                timeout=3,
            )
        except http.HttpError as error:
            node.warn(f"{plate} was not told: {error}")


class Steering:
    def __init__(self):
        self.cars = Cars()
        self.frames = {}  # by their numbers
        self.look = None

    def frame(self, frame):
        self.frames[frame.getSequenceNum()] = frame
        while len(self.frames) > KEPT:
            del self.frames[min(self.frames)]

    def vehicles(self, message, now):
        self.cars.update([boxes.of(it) for it in message.detections if it.label in params.vehicles], now)
        number = message.getSequenceNum()
        frame = self.frames.get(number)
        self.frames = {kept: frame for kept, frame in self.frames.items() if kept > number}
        if self.look and now - self.look.since > ANSWER:
            self.look = None
        car = self.cars.next(now, params.smallest)
        if frame and car and not self.look:
            car.asked += 1
            self.look = Look(car, frame, now)
            cut_out("vehicle", frame, self.look.part, 320, 320)

    def plates(self, message):
        found = [it for it in message.detections if it.confidence >= params.plate_threshold]
        if not self.look or not found:
            self.look = None
            return
        best = max(found, key=lambda it: it.confidence)
        plate = boxes.inside(boxes.wider(boxes.of(best), PLATE_MARGIN), self.look.part)
        cut_out("plate", self.look.frame, plate, 320, 48)

    def text(self, tensors):
        look, self.look = self.look, None
        if not look:
            return
        read, score = text(tensors.getFirstLayerFp16())
        plate = fitted(read, params.formats)
        if plate and score >= params.text_threshold and look.car.vote(plate, score, params.votes):
            tell(plate, look.car.readings)


steering = Steering()
while True:
    frame = node.io["frames"].tryGet()
    if frame:
        steering.frame(frame)
    vehicles = node.io["vehicles"].tryGet()
    if vehicles:
        steering.vehicles(vehicles, time.monotonic())
    plates = node.io["plates"].tryGet()
    if plates:
        steering.plates(plates)
    read = node.io["texts"].tryGet()
    if read:
        steering.text(read)
    if not (frame or vehicles or plates or read):
        time.sleep(0.005)
