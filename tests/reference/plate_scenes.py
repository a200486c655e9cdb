"""Draws three cars with a licence plate each that drive side by side over a square: what the figures in the README of
examples/licence-plates are measured with.

    python plate_scenes.py DATA FOLDER

DATA is the folder examples/data of Debian's opencv-doc, of which the car and the square are. Writes FOLDER/KIND-VARIANT/NN.png.
KIND is `wide`, `square` or `blue`; VARIANT is `plain`, `rotated` (8 degrees), `blurred` (over 7 pixels) or `night` (a fifth of
the light, and noise). Needs numpy and opencv-python-headless 5, in which the letters are.
"""
import os
import sys

import cv2
import numpy as np

PLATES = {
    "wide": ("AB12CDE", "BX345DF", "KL67MNP"),
    "square": ("7KLM482", "4XYZ159", "8ABC263"),
    "blue": ("B8K326", "A5F917", "G2H480"),
}
VARIANTS = ("plain", "night", "rotated", "blurred")
PICTURES = 10
SIZES = {"wide": (520, 110), "square": (400, 200), "blue": (440, 140)}
PLATE_WIDTH = 264  # on the car, at twice its size
PLATE_LEFT, PLATE_TOP, PLATE_ROOM = 456, 456, 136
CAR_WIDTH = 520  # in the scene of 1920x1080
CARS_APART = 620


def plate(text, kind):
    width, height = SIZES[kind]
    paper, ink = ((170, 60, 0), (255, 255, 255)) if kind == "blue" else ((245, 245, 245), (10, 10, 10))
    image = np.full((height, width, 3), paper, np.uint8)
    cv2.rectangle(image, (5, 5), (width - 6, height - 6), ink, 4)
    left = 14
    if kind == "wide":
        image[:, :45] = (153, 51, 0)
        left = 56
    font, size = cv2.FontFace("sans"), int(height * (0.42 if kind == "square" else 0.74))
    step = (width - left - 14) / len(text)
    for number, sign in enumerate(text):
        x, y, wide, high = cv2.getTextSize((0, 0), sign, (0, 0), font, size, 700)
        place = int(left + step * (number + 0.5) - wide / 2 - x), int(height / 2 - high / 2 - y)
        cv2.putText(image, sign, place, ink, font, size, 700)
    return image


def car(data, text, kind):
    """The picture of a car, whose own plate is blurred, with this one over it."""
    picture = cv2.imread(os.path.join(data, "licenseplate_motion.jpg"))
    picture = cv2.resize(picture, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    drawn = plate(text, kind)
    height = int(PLATE_WIDTH * drawn.shape[0] / drawn.shape[1])
    top = PLATE_TOP + (PLATE_ROOM - height) // 2
    drawn = cv2.resize(drawn, (PLATE_WIDTH, height), interpolation=cv2.INTER_AREA)
    picture[top : top + height, PLATE_LEFT : PLATE_LEFT + PLATE_WIDTH] = drawn
    height = int(CAR_WIDTH * picture.shape[0] / picture.shape[1])
    return cv2.resize(picture, (CAR_WIDTH, height), interpolation=cv2.INTER_AREA)


def rotated(car):
    """The car, and which of its pixels it covers."""
    size = car.shape[1], car.shape[0]
    turn = cv2.getRotationMatrix2D((size[0] / 2, size[1] / 2), 8, 1)
    covered = np.ones(car.shape[:2], np.float32)
    return cv2.warpAffine(car, turn, size), cv2.warpAffine(covered, turn, size)[..., None]


def scene(square, cars, variant, number):
    picture = square.copy()
    for place, car in enumerate(cars):
        x, y = 20 + CARS_APART * place + 8 * number, 200 + 60 * place
        there = picture[y : y + car.shape[0], x : x + CAR_WIDTH]
        car, covered = rotated(car) if variant == "rotated" else (car, 1)
        there[:] = there * (1 - covered) + car * covered
    if variant == "blurred":
        return cv2.filter2D(picture, -1, np.full((1, 7), 1 / 7, np.float32))
    if variant == "night":
        noise = np.random.RandomState(number).normal(0, 6, picture.shape)
        return np.clip(picture * 0.22 + noise, 0, 255).astype(np.uint8)
    return picture


def main():
    data, folder = sys.argv[1:]
    _, square = cv2.VideoCapture(os.path.join(data, "vtest.avi")).read()
    square = cv2.resize(square, (1920, 1440))[180:1260]
    for kind, texts in PLATES.items():
        cars = [car(data, text, kind) for text in texts]
        for variant in VARIANTS:
            below = os.path.join(folder, f"{kind}-{variant}")
            os.makedirs(below)
            for number in range(PICTURES):
                picture = scene(square, cars, variant, number)
                cv2.imwrite(os.path.join(below, f"{number:02}.jpg"), picture, [cv2.IMWRITE_JPEG_QUALITY, 95])


if __name__ == "__main__":
    main()
