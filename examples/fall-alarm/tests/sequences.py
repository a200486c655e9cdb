"""Writes sequences/*.jsonl: the tensors that the network would send while somebody falls, sits down, bends or lies down.

The people are stick figures with the proportions of the body, made of angles that change over time. Points tremble, and
now and then the network finds nobody. The same every time: `python3 sequences.py`.
"""
import json
import math
import os
import random
import struct

FPS, GRID, PLACES = 8, 64, 6
HEIGHT = 0.42  # of somebody upright, in parts of the picture
HEAD, TORSO, ARM, THIGH, SHIN = (HEIGHT * part for part in (0.14, 0.3, 0.34, 0.26, 0.26))
BREADTH = HEIGHT * 0.2


class Stance:
    """Angles from the vertical in degrees: of the torso, and of the legs from the hips down to knees and ankles."""

    def __init__(self, torso=0.0, thigh=0.0, shin=0.0, turned=0.0, short=1.0):
        self.angles = (torso, thigh, shin, turned, short)

    def towards(self, other, part):
        mixed = (a + (b - a) * part for a, b in zip(self.angles, other.angles))
        return Stance(*mixed)

    def points(self, x, ground):
        torso, thigh, shin, turned, short = self.angles
        # `turned` is about the feet, as somebody falls who is stiff; `short` is how much of the length is seen.
        ankle = (x, ground)
        knee = step(ankle, shin + turned, -SHIN * short)
        hip = step(knee, thigh + turned, -THIGH * short)
        shoulder = step(hip, torso + turned, -TORSO * short)
        head = step(shoulder, torso + turned, -HEAD * short)
        hand = step(shoulder, torso + turned + 12, ARM * short)
        elbow = tuple((a + b) / 2 for a, b in zip(shoulder, hand))
        pairs = [head, head, shoulder, elbow, hand, hip, knee, ankle]
        across = torso + turned + 90
        broad = [0.02, 0.05, BREADTH, BREADTH * 1.2, BREADTH * 1.3, BREADTH * 0.6, BREADTH * 0.6, BREADTH * 0.6]
        points = [step(head, torso + turned, HEAD * 0.2 * short)]  # the nose
        for place, width in zip(pairs, broad):
            points += [step(place, across, -width / 2), step(place, across, width / 2)]
        return points


def step(place, angle, length):
    """So far from a place, downwards for an angle of 0, and to the right for one of -90."""
    radians = math.radians(angle)
    return place[0] - math.sin(radians) * length, place[1] + math.cos(radians) * length


UPRIGHT = Stance()
FALLEN = Stance(turned=88)
FALLEN_LEFT = Stance(turned=-86)
SITTING = Stance(torso=8, thigh=-85)
ON_THE_FLOOR = Stance(torso=12, thigh=-80, shin=-95)
ON_THE_BACK = Stance(torso=-85, thigh=-80, shin=-95)
BENT = Stance(torso=85)
KNEELING = Stance(shin=-85)
TOWARDS = Stance(short=0.3)  # lies with the feet towards the camera


def person(*keys, x=0.5, ground=0.8, hidden=()):
    """`keys` are (time, stance) or (time, stance, x): in between, one becomes the other."""
    return {"keys": [key if len(key) == 3 else (*key, x) for key in keys], "ground": ground, "hidden": hidden}


def falls(at, seconds=0.7, down=2.5, to=FALLEN, **more):
    return person((0, UPRIGHT), (at, UPRIGHT), (at + seconds, to), (at + seconds + down, to), **more)


SEQUENCES = {
    "falls": [falls(3)],
    "falls-left": [falls(2, to=FALLEN_LEFT)],
    "falls-walking": [person((0, UPRIGHT, 0.3), (3, UPRIGHT, 0.6), (3.6, FALLEN, 0.65), (6, FALLEN, 0.65))],
    "faints": [person((0, UPRIGHT), (3, UPRIGHT), (3.5, KNEELING), (4.2, FALLEN), (6.5, FALLEN))],
    "falls-hidden": [falls(3, hidden=[(3.0, 3.9)])],
    "falls-beside-another": [falls(3, x=0.4), person((0, UPRIGHT, 0.75), (6.2, UPRIGHT, 0.7))],
    "falls-and-gets-up": [person((0, UPRIGHT), (2, UPRIGHT), (2.7, FALLEN), (6, FALLEN), (8, UPRIGHT), (10.5, UPRIGHT))],
    "falls-twice": [
        person((0, UPRIGHT), (2, UPRIGHT), (2.7, FALLEN), (5, FALLEN), (6, UPRIGHT), (8.5, UPRIGHT), (9.1, FALLEN), (11, FALLEN))
    ],
    "falls-and-is-carried-away": [falls(2, down=3.0)],
    "stumbles": [person((0, UPRIGHT), (2, UPRIGHT), (2.6, FALLEN), (2.9, FALLEN), (3.6, UPRIGHT), (8, UPRIGHT))],
    "lies-down": [person((0, UPRIGHT), (2, UPRIGHT), (4, ON_THE_FLOOR), (6.5, ON_THE_BACK), (8.5, ON_THE_BACK))],
    "lies-down-stiffly": [falls(2, seconds=5.0)],
    "sits-down": [person((0, UPRIGHT), (2, UPRIGHT), (2.8, SITTING), (5, SITTING))],
    "sits-on-the-floor": [person((0, UPRIGHT), (2, UPRIGHT), (3.2, ON_THE_FLOOR), (5.5, ON_THE_FLOOR))],
    "bends": [person((0, UPRIGHT), (2, UPRIGHT), (2.8, BENT), (4.5, BENT), (5.5, UPRIGHT), (6, UPRIGHT))],
    "kneels": [person((0, UPRIGHT), (2, UPRIGHT), (3, KNEELING), (5, KNEELING))],
    "lies-already": [person((0, FALLEN), (8, FALLEN))],
    "walks-by": [person((0, UPRIGHT, 0.15), (6, UPRIGHT, 0.85))],
    "nobody": [],
    # What the rule does not see.
    "falls-towards-the-camera": [falls(3, to=TOWARDS)],
    "slides-from-a-chair": [person((0, SITTING), (2, SITTING), (2.8, FALLEN), (5, FALLEN))],
}


def stance(keys, now):
    for (t0, one, x0), (t1, other, x1) in zip(keys, keys[1:]):
        if t0 <= now <= t1:
            part = (now - t0) / (t1 - t0)
            return one.towards(other, part), x0 + (x1 - x0) * part
    return None


def found(who, now, chance):
    at = stance(who["keys"], now)
    if at is None or any(begin <= now < end for begin, end in who["hidden"]) or chance.random() < 0.04:
        return None
    posture, x = at
    return [(a + chance.gauss(0, 0.004), b + chance.gauss(0, 0.004)) for a, b in posture.points(x, who["ground"])]


def tensors(people, chance):
    scores, cells, offsets = [0.02] * PLACES, [0] * PLACES, [[0.0] * PLACES for _ in range(34)]
    for place, points in enumerate(people):
        scores[place] = chance.uniform(0.5, 0.9)
        hips = [(a + b) / 2 * GRID for a, b in zip(points[11], points[12])]
        column, row = (min(max(int(value), 0), GRID - 1) for value in hips)
        cells[place] = row * GRID + column
        for i, (x, y) in enumerate(points):
            offsets[2 * i][place], offsets[2 * i + 1][place] = y * GRID - row, x * GRID - column
    flat = [value for line in offsets for value in line]
    return struct.pack("<6e", *scores) + bytes(4) + struct.pack("<6i", *cells) + struct.pack("<204e", *flat)


LAYERS = [
    {"name": "scores", "dataType": "FP16", "numDimensions": 2, "dims": [6, 1], "offset": 0},
    {"name": "index", "dataType": "INT", "numDimensions": 2, "dims": [6, 1], "offset": 16},
    {"name": "kpts", "dataType": "FP16", "numDimensions": 2, "dims": [6, 34], "offset": 40},
]


def write(name, people):
    chance = random.Random(name)
    end = max([key[0] for who in people for key in who["keys"]], default=3.0)
    folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "sequences")
    with open(os.path.join(folder, name + ".jsonl"), "w", encoding="ascii") as file:
        for number in range(int(end * FPS)):
            now = number / FPS
            seen = [points for points in (found(who, now, chance) for who in people) if points]
            message = {"t": now, "type": "NNData", "layers": LAYERS, "data": {"hex": tensors(seen, chance).hex()}}
            file.write(json.dumps(message) + "\n")


if __name__ == "__main__":
    for name, people in SEQUENCES.items():
        write(name, people)
