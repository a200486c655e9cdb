"""Makes pictures of somebody who falls, lies down, or gets up again, from one picture of somebody who stands: what the example
fall-alarm is tried with, beside videos of people who stay upright.

    python fall_scenes.py DATA FOLDER

DATA is the folder examples/data of Debian's opencv-doc, of which the picture is. Writes FOLDER/NAME/NN.jpg, eight a second. Needs
numpy and opencv-python-headless.
"""
import os
import sys

import cv2
import numpy as np

RATE = 8
WIDTH, HEIGHT = 640, 360
STANDING = slice(70, 476), slice(28, 152)  # rows and columns of somebody in the picture
WALL = slice(60, 300), slice(230, 430)
TALL = 190  # in the scene
MIDDLE, FLOOR = 320, 300

# (second, degrees from upright): in between, one becomes the other.
SCENES = {
    "falls": [(0, 0), (0.5, 0), (1.2, 88), (3, 88)],
    "falls-left": [(0, 0), (0.5, 0), (1.2, -88), (3, -88)],
    "gets-up": [(0, 0), (0.5, 0), (1.2, 88), (2.8, 88), (3.8, 0), (6.5, 0)],
    "lies-down-slowly": [(0, 0), (0.5, 0), (5, 88), (6.5, 88)],
    "leans-over": [(0, 0), (0.5, 0), (1.1, 35), (2, 35), (3, 0)],
}


def angle(keys, now):
    return float(np.interp(now, *zip(*keys)))


def scene(picture, degrees):
    """The person, turned, before the wall; the feet slip away, so that the middle of the body stays where it is."""
    wall = cv2.GaussianBlur(cv2.resize(picture[WALL], (WIDTH, HEIGHT)), (0, 0), 9)
    person = picture[STANDING]
    height, width = person.shape[:2]
    scale = TALL / height
    turn = cv2.getRotationMatrix2D((width / 2, height), -degrees, scale)
    slipped = TALL / 2 * np.sin(np.radians(degrees))
    turn[:, 2] += MIDDLE - slipped - width / 2, FLOOR - height
    inside = cv2.GaussianBlur(np.pad(np.ones((height - 24, width - 24), np.float32), 12), (0, 0), 5)
    covered = cv2.warpAffine(inside, turn, (WIDTH, HEIGHT))[..., None]
    return (wall * (1 - covered) + cv2.warpAffine(person, turn, (WIDTH, HEIGHT)) * covered).astype(np.uint8)


def main():
    data, folder = sys.argv[1:]
    picture = cv2.imread(os.path.join(data, "basketball1.png"))
    for name, keys in SCENES.items():
        below = os.path.join(folder, name)
        os.makedirs(below)
        for number in range(int(keys[-1][0] * RATE)):
            made = scene(picture, angle(keys, number / RATE))
            cv2.imwrite(os.path.join(below, f"{number:02}.jpg"), made)


if __name__ == "__main__":
    main()
