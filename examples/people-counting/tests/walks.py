"""Writes walks/*.jsonl: what the network would find while people walk by, ten times a second.

A walk is made of people; each follows points (time, x, y), which are where their feet are, and is `hidden` for some
time, so that nothing finds them. Boxes tremble, and now and then one is missing. The same every time: `python3 walks.py`.

A tracker is better on one camera than on the other, so two walks begin behind it: in TRACKED, it gives everybody another
number after they were hidden.
"""
import json
import os
import random

FPS = 10
PERSON, DOG = 4, 20
WIDTH, HEIGHT = 0.08, 0.26


def person(*points, hidden=(), label=PERSON, size=1.0):
    return {"points": points, "hidden": hidden, "label": label, "size": size}


def down(start, x, seconds=4.0, **more):
    """From the upper edge to the lower one: enters."""
    return person((start, x, 0.15), (start + seconds, x, 0.95), **more)


def up(start, x, seconds=4.0, **more):
    return person((start, x, 0.95), (start + seconds, x, 0.15), **more)


WALKS = {
    "one-enters": [down(1, 0.5)],
    "one-leaves": [up(1, 0.4)],
    "two-crossing": [down(1, 0.46), up(1, 0.54)],
    "two-crossing-hidden": [down(1, 0.49, hidden=[(2.9, 3.4)]), up(1.2, 0.53)],
    "turns-back-before": [person((1, 0.5, 0.15), (3, 0.5, 0.46), (4, 0.5, 0.47), (6, 0.5, 0.15))],
    "turns-back-behind": [person((1, 0.5, 0.15), (4, 0.5, 0.7), (5, 0.5, 0.7), (8, 0.5, 0.15))],
    "group": [down(1, 0.3), down(1.1, 0.42), down(0.9, 0.54), down(1.2, 0.66)],
    "in-single-file": [down(1, 0.5), down(2.2, 0.5), down(3.4, 0.51)],
    "behind-a-pillar": [down(1, 0.5, hidden=[(2.2, 3.3)]), up(8, 0.5, hidden=[(9.5, 10.5)])],
    "lost-and-back": [person((1, 0.5, 0.15), (3, 0.5, 0.48), (4, 0.5, 0.48), (6, 0.5, 0.15), hidden=[(2.8, 3.8)])],
    "stands-on-the-line": [person((1, 0.5, 0.15), (3, 0.5, 0.5), (12, 0.5, 0.5), (14, 0.5, 0.95))],
    "along-the-line": [person((1, 0.1, 0.4), (6, 0.9, 0.4)), person((1, 0.9, 0.62), (6, 0.1, 0.62))],
    "runs": [down(1, 0.5, seconds=1.5)],
    "past-the-end": [down(1, 0.15), down(6, 0.5)],
    "child-beside": [down(1, 0.45), down(1.05, 0.52, size=0.55)],
    "a-dog": [down(1, 0.5, label=DOG), down(3, 0.3)],
    "busy": [down(0.2 + i, 0.2 + 0.6 * (i % 3) / 2) for i in range(6)]
    + [up(0.7 + 1.5 * i, 0.35 + 0.3 * (i % 2)) for i in range(4)],
}

TRACKED = {
    "tracked-anew": [
        person((1, 0.3, 0.15), (5, 0.7, 0.95), hidden=[(2.2, 3.3)]),
        person((8, 0.6, 0.95), (12, 0.4, 0.15), hidden=[(9.5, 10.5)]),
    ],
    # A glimpse of one at the line; then one goes out of sight outside, and another comes into sight inside.
    "a-glimpse": [
        person((1, 0.5, 0.45), (1.8, 0.5, 0.55), hidden=[(1.1, 1.7)]),
        person((4, 0.2, 0.4), (6, 0.2, 0.42)),
        person((6.2, 0.5, 0.6), (8, 0.5, 0.9)),
    ],
}


def place(points, now):
    for (t0, x0, y0), (t1, x1, y1) in zip(points, points[1:]):
        if t0 <= now <= t1:
            part = (now - t0) / (t1 - t0)
            return x0 + (x1 - x0) * part, y0 + (y1 - y0) * part
    return None


def is_hidden(who, now):
    return any(begin <= now < end for begin, end in who["hidden"])


def box(who, feet, chance):
    """Left, top, right, bottom."""
    x, y = (value + chance.gauss(0, 0.004) for value in feet)
    width, height = WIDTH * who["size"], HEIGHT * who["size"]
    edges = x - width / 2, y - height, x + width / 2, y
    return [round(min(max(value, 0.0), 1.0), 4) for value in edges]


def detection(who, now, chance):
    feet = place(who["points"], now)
    if feet is None or is_hidden(who, now) or chance.random() < 0.03:
        return None
    edges = dict(zip(("xmin", "ymin", "xmax", "ymax"), box(who, feet, chance)))
    return {"label": who["label"], "confidence": round(chance.uniform(0.45, 0.9), 3), **edges}


def detections(people, now, chance):
    found = [detection(who, now, chance) for who in people]
    return {"type": "ImgDetections", "detections": [one for one in found if one]}


def tracklet(number, who, now, chance):
    feet = place(who["points"], now)
    if feet is None or is_hidden(who, now):
        return None
    left, top, right, bottom = box(who, feet, chance)
    roi = {"x": left, "y": top, "width": round(right - left, 4), "height": round(bottom - top, 4)}
    before = sum(end <= now for _, end in who["hidden"])
    return {"id": 10 * number + before, "label": who["label"], "status": "TRACKED", "roi": roi}


def tracklets(people, now, chance):
    found = [tracklet(number, who, now, chance) for number, who in enumerate(people)]
    return {"type": "Tracklets", "tracklets": [one for one in found if one]}


def write(name, people, seen):
    chance = random.Random(name)
    end = max(who["points"][-1][0] for who in people) + 1
    folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "walks")
    with open(os.path.join(folder, name + ".jsonl"), "w", encoding="ascii") as file:
        for number in range(int(end * FPS)):
            now = number / FPS
            file.write(json.dumps({"t": now, **seen(people, now, chance)}) + "\n")


if __name__ == "__main__":
    for walks, seen in (WALKS, detections), (TRACKED, tracklets):
        for name, people in walks.items():
            write(name, people, seen)
