"""Computes with OpenCV and NumPy what oakc computes for the nodes of the desk camera.

    python vision.py FOLDER

FOLDER has a JSON file for each case, with what is asked for; its input lies beside it as `.in`, and the result is written there as
`.out`. Needs numpy and opencv-python-headless.
"""
import json
import os
import sys

import cv2
import numpy as np


def picture(case, data):
    """Rows of pixels: gray, or red, green and blue."""
    width, height = case["size"]
    shape = (height, width) if case["kind"] == "GRAY8" else (height, width, 3)
    return np.frombuffer(data, np.uint8).reshape(shape)


def converted(image, kind):
    """Full range, as a JPEG has it."""
    ycrcb = cv2.cvtColor(image, cv2.COLOR_RGB2YCrCb)
    height, width = image.shape[:2]
    y, v, u = (ycrcb[:, :, channel] for channel in range(3))

    def halved(plane):
        parts = plane.reshape(height // 2, 2, width // 2, 2).astype(np.float64)
        return np.rint(parts.mean(axis=(1, 3))).astype(np.uint8)

    if kind == "GRAY8":
        return cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    if kind == "BGR888p":
        return image[:, :, ::-1].transpose(2, 0, 1)
    if kind == "YUV444p":
        return np.stack([y, u, v])
    u, v = halved(u), halved(v)
    if kind == "NV12":
        return np.concatenate([y.ravel(), np.stack([u, v], axis=-1).ravel()])
    if kind == "YUV420p":
        return np.concatenate([y.ravel(), u.ravel(), v.ravel()])
    raise ValueError(kind)


def from_nv12(data, size):
    width, height = size
    y = data[:width * height].reshape(height, width)
    chroma = data[width * height:].reshape(height // 2, width // 2, 2).repeat(2, axis=0).repeat(2, axis=1)
    return cv2.cvtColor(np.dstack([y, chroma[:, :, 1], chroma[:, :, 0]]), cv2.COLOR_YCrCb2RGB)


# The centre of a pixel is at a whole number here, and at a half there.
THERE = np.array([[1, 0, .5], [0, 1, .5], [0, 0, 1]])
HERE = np.array([[1, 0, -.5], [0, 1, -.5], [0, 0, 1]])


def warped(image, to_source, size, border):
    """Each pixel of the result from where the matrix says that it is in the picture."""
    matrix = HERE @ to_source @ THERE
    return cv2.warpPerspective(image, matrix, tuple(size), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
                               borderMode=cv2.BORDER_CONSTANT, borderValue=border)


def moved(x, y):
    return np.array([[1, 0, x], [0, 1, y], [0, 0, 1]], float)


def turned(degrees):
    angle = np.radians(degrees)
    return np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]])


def letterboxed(image, size, border):
    height, width = image.shape[:2]
    scale = min(size[0] / width, size[1] / height)
    inner = cv2.resize(image, (round(width * scale), round(height * scale)), interpolation=cv2.INTER_LINEAR)
    result = np.full((size[1], size[0], 3), border, np.uint8)
    left, top = (size[0] - inner.shape[1]) // 2, (size[1] - inner.shape[0]) // 2
    result[top:top + inner.shape[0], left:left + inner.shape[1]] = inner
    return result


def meshed(image, points, size):
    """Luxonis' tools take a point of the mesh at every so many pixels, and the last ones at the edges."""
    width, height = size
    rows, columns = points.shape[:2]

    def lines(length, count):
        at = np.minimum(np.arange(length) * (count - 1) / length, count - 1)
        first = np.minimum(at.astype(int), count - 2)
        return first, at - first

    (left, across), (top, down) = lines(width, columns), lines(height, rows)
    across, down = across[None, :, None], down[:, None, None]
    upper = points[top][:, left] * (1 - across) + points[top][:, left + 1] * across
    lower = points[top + 1][:, left] * (1 - across) + points[top + 1][:, left + 1] * across
    places = np.float32(upper * (1 - down) + lower * down)
    return cv2.remap(image, places[:, :, 0], places[:, :, 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0)


def edges(image):
    image = image.astype(np.float64)
    x = cv2.Sobel(image, cv2.CV_64F, 1, 0, ksize=3, borderType=cv2.BORDER_REPLICATE)
    y = cv2.Sobel(image, cv2.CV_64F, 0, 1, ksize=3, borderType=cv2.BORDER_REPLICATE)
    return np.minimum(np.rint(np.hypot(x, y)), 255).astype(np.uint8)


def pictures(case, data):
    op = case["op"]
    if op == "from_nv12":
        return from_nv12(np.frombuffer(data, np.uint8), case["size"])
    if op == "decode":
        image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
        return image[:, :, ::-1] if image.ndim == 3 else image
    image = picture(case, data)
    if op == "convert":
        return converted(image, case["to"])
    if op == "resize":
        if case["method"] == "nearest":
            # OpenCV rounds where a position is exactly between two pixels.
            (width, height), (rows, columns) = case["out"], image.shape[:2]
            across = (2 * np.arange(width) + 1) * columns // (2 * width)
            return image[((2 * np.arange(height) + 1) * rows // (2 * height))[:, None], across]
        method = {"linear": cv2.INTER_LINEAR, "cubic": cv2.INTER_CUBIC}[case["method"]]
        return cv2.resize(image, tuple(case["out"]), interpolation=method)
    if op == "crop":
        left, top, right, bottom = case["box"]
        return image[top:bottom, left:right]
    if op == "fill":
        height, width = image.shape[:2]
        side = min(width, height)
        left, top = (width - side) // 2, (height - side) // 2
        return cv2.resize(image[top:top + side, left:left + side], tuple(case["out"]), interpolation=cv2.INTER_LINEAR)
    if op == "flip":
        return cv2.flip(image, case["code"])
    if op == "letterbox":
        return letterboxed(image, case["out"], case["border"])
    if op == "rotated_rect":
        (x, y), (width, height) = case["centre"], case["out"]
        matrix = moved(x, y) @ turned(case["angle"]) @ moved(-width / 2, -height / 2)
        return warped(image, matrix, case["out"], case["border"])
    if op == "rotate":
        height, width = image.shape[:2]
        matrix = moved(width / 2, height / 2) @ turned(-case["angle"]) @ moved(-width / 2, -height / 2)
        return warped(image, matrix, (width, height), case["border"])
    if op == "four_points":
        width, height = case["out"]
        corners = np.float32([[0, 0], [width, 0], [width, height], [0, height]])
        matrix = cv2.getPerspectiveTransform(corners, np.float32(case["points"]))
        return warped(image, matrix, case["out"], case["border"])
    if op == "mesh":
        return meshed(image, np.float32(case["points"]), case["out"])
    if op == "edges":
        return edges(image)
    if op == "colormap":
        return cv2.applyColorMap(image, getattr(cv2, "COLORMAP_" + case["map"]))[:, :, ::-1]
    raise ValueError(op)


def sigmoid_free_boxes(case, tensor, version):
    """Boxes, confidences and labels of one grid."""
    classes = case["classes"]
    channels, rows, columns = tensor.shape
    width, height = case["size"]
    anchors = case["anchors"] or [[1, 1]]
    grid = tensor.reshape(len(anchors), 5 + classes, rows, columns)
    found = []
    for (anchor_width, anchor_height), cells in zip(anchors, grid):
        for row in range(rows):
            for column in range(columns):
                numbers = cells[:, row, column].astype(np.float64)
                label = int(numbers[5:].argmax())
                confidence = numbers[5 + label] * (1 if version == "edges" else numbers[4])
                a, b, c, d = numbers[:4]
                if version == "edges":
                    box = [(column + .5 - a) / columns, (row + .5 - b) / rows, (column + .5 + c) / columns, (row + .5 + d) / rows]
                else:
                    if version == "five":
                        x, y = (column + 2 * a - .5) / columns, (row + 2 * b - .5) / rows
                        w, h = (2 * c) ** 2 * anchor_width / width, (2 * d) ** 2 * anchor_height / height
                    else:
                        x, y = (column + a) / columns, (row + b) / rows
                        w, h = np.exp(c) * anchor_width / width, np.exp(d) * anchor_height / height
                    box = [x - w / 2, y - h / 2, x + w / 2, y + h / 2]
                if confidence >= case["confidence"]:
                    found.append((float(confidence), label, list(np.clip(box, 0, 1))))
    return found


def yolo(case, data):
    """OpenCV chooses the best boxes of each class."""
    tensor = np.frombuffer(data, "<f4").reshape(case["dims"])
    found = sigmoid_free_boxes(case, tensor, case["version"])
    kept = []
    for label in sorted({label for _, label, _ in found}):
        own = [it for it in found if it[1] == label]
        boxes = [[x0, y0, x1 - x0, y1 - y0] for _, _, (x0, y0, x1, y1) in own]
        chosen = cv2.dnn.NMSBoxes(boxes, [confidence for confidence, _, _ in own], case["confidence"], case["iou"])
        kept += [own[index] for index in np.ravel(chosen)]
    kept.sort(key=lambda it: -it[0])
    return np.array([[label, confidence, *box] for confidence, label, box in kept], "<f4")


def spatial(case, data):
    width, height = case["size"]
    depth = np.frombuffer(data, "<u2").reshape(height, width)
    left, top, right, bottom = case["box"]
    step = case["step"]
    part = depth[top:bottom:step, left:right:step]
    part = part[(part > case["lower"]) & (part < case["upper"])]
    values, counts = np.unique(part, return_counts=True)
    results = {"AVERAGE": part.mean(), "MIN": part.min(), "MAX": part.max(), "MEDIAN": np.sort(part)[len(part) // 2],
               "MODE": values[counts.argmax()]}
    z = float(results[case["algorithm"]])
    # By angles, as Luxonis' example for hosts does it.
    half = np.radians(case["field_of_view"]) / 2

    def angle(offset):
        return np.arctan(np.tan(half) * offset / (width / 2))

    x = z * np.tan(angle((left + right) / 2 - width / 2))
    y = -z * np.tan(angle((top + bottom) / 2 - height / 2))
    return np.array([x, y, z, part.mean(), len(part)], "<f4")


def main(folder):
    for name in sorted(os.listdir(folder)):
        if not name.endswith(".json"):
            continue
        path = os.path.join(folder, name[:-5])
        with open(path + ".json", encoding="utf-8") as file:
            case = json.load(file)
        with open(path + ".in", "rb") as file:
            data = file.read()
        compute = {"yolo": yolo, "spatial": spatial}.get(case["op"], pictures)
        with open(path + ".out", "wb") as file:
            file.write(np.ascontiguousarray(compute(case, data)).tobytes())


main(sys.argv[1])
