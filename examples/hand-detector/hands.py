"""Turns the palm model's tensors into boxes, and sends them as JSON over UDP to whoever asked.

A datagram of any content to PORT makes its sender a listener for LEASE_SECONDS. So the camera needs no address of
anybody, and one that goes away is forgotten.
"""
import json
import math
import socket
import time

PORT = 5005
LEASE_SECONDS = 30.0
MAX_LISTENERS = 16
THRESHOLD = 0.5  # least score of a hand
OVERLAP = 0.3  # boxes that share more than this of their area are one hand
MAX_HANDS = 4

SIDE = 128.0  # of the model's input: its boxes are in pixels of that
VALUES = 18  # a row of `regressors`: box (x, y, width, height), then seven points (x, y)


def anchors():
    """Centres of the 896 places the model reports on: two on each cell of a 16x16 grid, six of an 8x8 one."""
    return [
        ((column + 0.5) / cells, (row + 0.5) / cells)
        for cells, each in ((16, 2), (8, 6))
        for row in range(cells)
        for column in range(cells)
        for _ in range(each)
    ]


ANCHORS = anchors()


def logit(probability):
    return math.log(probability / (1 - probability))


def candidates(scores):
    """(score, place) of everything above the threshold, best first.

    The threshold is turned into a raw score once, instead of 896 raw scores into probabilities on every frame.
    """
    least = logit(THRESHOLD)
    found = [(raw, place) for place, raw in enumerate(scores) if raw > least]
    found.sort(reverse=True)
    return [(1 / (1 + math.exp(-min(raw, 60.0))), place) for raw, place in found]


def box(regressors, place):
    """(left, top, right, bottom), 0 to 1 in the square that the model saw."""
    x, y, width, height = (value / SIDE for value in regressors[place * VALUES : place * VALUES + 4])
    x, y = x + ANCHORS[place][0], y + ANCHORS[place][1]
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def overlap(one, other):
    """The shared area as a part of the area both cover."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    if width <= 0 or height <= 0:
        return 0.0
    shared = width * height
    area = (one[2] - one[0]) * (one[3] - one[1]) + (other[2] - other[0]) * (other[3] - other[1])
    return shared / (area - shared)


def hands(tensors):
    found = candidates(tensors.getLayerFp16("classificators"))
    if not found:
        return []  # and the big tensor, 16128 numbers, is not even unpacked
    regressors = tensors.getLayerFp16("regressors")
    kept = []
    for score, place in found:
        candidate = box(regressors, place)
        if all(overlap(candidate, hand["box"]) < OVERLAP for hand in kept):
            kept.append({"score": round(score, 3), "box": [round(edge, 4) for edge in candidate]})
            if len(kept) == MAX_HANDS:
                break
    return kept


class Listeners:
    """Who gets the results, and until when."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("", PORT))
        self.socket.setblocking(False)
        self.until = {}

    def admit(self, now):
        for _ in range(MAX_LISTENERS):  # a flood of requests must not keep the results from going out
            try:
                _, address = self.socket.recvfrom(64)
            except OSError:
                break  # nothing more there
            if address in self.until or len(self.until) < MAX_LISTENERS:
                self.until[address] = now + LEASE_SECONDS
        self.until = {address: end for address, end in self.until.items() if end > now}

    def tell(self, message):
        for address in self.until:
            try:
                self.socket.sendto(message, address)
            except OSError:
                pass  # a datagram may get lost; its lease ends by itself


listeners = Listeners()
while True:
    listeners.admit(time.monotonic())
    tensors = node.io["tensors"].tryGet()
    if tensors is None:
        time.sleep(0.005)
    elif listeners.until:  # nobody asks: nothing to work out
        message = {"frame": tensors.getSequenceNum(), "hands": hands(tensors)}
        listeners.tell(json.dumps(message).encode())
