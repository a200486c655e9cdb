"""Draws a car with a licence plate that drives over a square, ten pictures of it: what the figures in the README of
examples/licence-plates were measured with, through `frames = "FOLDER/*.png"` in a scenario.

    python3 plate_scenes.py DATA FOLDER TEXT KIND VARIANT

DATA is the folder examples/data of Debian's opencv-doc, of which the car and the square are. KIND is `wide`, `square` or `blue`; VARIANT is
`plain`, `rotated` (8 degrees), `blurred` (over 7 pixels) or `night` (a fifth of the light, and noise). Needs opencv-python-headless,
numpy and pillow, and the font of fonts-dejavu-core.
"""
import os
import sys

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

FONT = "DejaVuSans-Bold.ttf"
SIZES = {"wide": (520, 110), "square": (400, 200), "blue": (440, 140)}
PLATE_WIDTH = 264  # on the car, at twice its size
PLATE_LEFT, PLATE_TOP, PLATE_ROOM = 456, 456, 136
CAR_WIDTH = 520  # in the scene of 1920x1080


def plate(text, kind):
    width, height = SIZES[kind]
    paper, ink = ((0, 60, 170), (255, 255, 255)) if kind == "blue" else ((245, 245, 245), (10, 10, 10))
    image = Image.new("RGB", (width, height), paper)
    draw = ImageDraw.Draw(image)
    draw.rectangle([4, 4, width - 5, height - 5], outline=ink, width=4)
    left = 14
    if kind == "wide":
        draw.rectangle([0, 0, 44, height], fill=(0, 51, 153))
        left = 56
    font = ImageFont.truetype(FONT, int(height * (0.42 if kind == "square" else 0.74)))
    step = (width - left - 14) / len(text)
    for number, sign in enumerate(text):
        box = draw.textbbox((0, 0), sign, font=font)
        x = left + step * (number + 0.5) - (box[2] - box[0]) / 2 - box[0]
        draw.text((x, height / 2 - (box[3] - box[1]) / 2 - box[1]), sign, font=font, fill=ink)
    return np.array(image)[:, :, ::-1].copy()


def car(data, text, kind):
    """The picture of a car, whose own plate is blurred, with this one over it."""
    picture = cv2.imread(os.path.join(data, "licenseplate_motion.jpg"))
    picture = cv2.resize(picture, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    drawn = plate(text, kind)
    height = int(PLATE_WIDTH * drawn.shape[0] / drawn.shape[1])
    top = PLATE_TOP + (PLATE_ROOM - height) // 2
    drawn = cv2.resize(drawn, (PLATE_WIDTH, height), interpolation=cv2.INTER_AREA)
    picture[top : top + height, PLATE_LEFT : PLATE_LEFT + PLATE_WIDTH] = drawn
    return picture


def scene(square, car, x, y, variant, seed):
    picture = square.copy()
    height = int(CAR_WIDTH * car.shape[0] / car.shape[1])
    small = cv2.resize(car, (CAR_WIDTH, height), interpolation=cv2.INTER_AREA)
    there = picture[y : y + height, x : x + CAR_WIDTH]
    covered = np.ones((height, CAR_WIDTH), np.float32)
    if variant == "rotated":
        turn = cv2.getRotationMatrix2D((CAR_WIDTH / 2, height / 2), 8, 1)
        covered, small = (cv2.warpAffine(it, turn, (CAR_WIDTH, height)) for it in (covered, small))
    there[:] = there * (1 - covered[..., None]) + small * covered[..., None]
    if variant == "blurred":
        return cv2.filter2D(picture, -1, np.full((1, 7), 1 / 7, np.float32))
    if variant == "night":
        noise = np.random.RandomState(seed).normal(0, 6, picture.shape)
        return np.clip(picture * 0.22 + noise, 0, 255).astype(np.uint8)
    return picture


def main():
    data, folder, text, kind, variant = sys.argv[1:]
    os.makedirs(folder, exist_ok=True)
    _, square = cv2.VideoCapture(os.path.join(data, "vtest.avi")).read()
    square = cv2.resize(square, (1920, 1440))[180:1260]
    with_plate = car(data, text, kind)
    for number in range(10):
        path = os.path.join(folder, f"{number:02}.png")
        cv2.imwrite(path, scene(square, with_plate, 500 + 30 * number, 200, variant, number))


if __name__ == "__main__":
    main()
