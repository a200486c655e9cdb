"""Boxes as (left, top, right, bottom), in parts of a picture."""


def of(detection):
    return detection.xmin, detection.ymin, detection.xmax, detection.ymax


def width(box):
    return box[2] - box[0]


def area(box):
    return (box[2] - box[0]) * (box[3] - box[1])


def wider(box, part):
    """Grown by a part of itself on each side, as far as the picture goes."""
    x, y = (box[2] - box[0]) * part, (box[3] - box[1]) * part
    return max(box[0] - x, 0.0), max(box[1] - y, 0.0), min(box[2] + x, 1.0), min(box[3] + y, 1.0)


def inside(box, outer):
    """Where a box lies in the whole picture that was found in a part of it."""
    x, y = outer[2] - outer[0], outer[3] - outer[1]
    return outer[0] + box[0] * x, outer[1] + box[1] * y, outer[0] + box[2] * x, outer[1] + box[3] * y


def overlap(one, other):
    """The shared area as a part of the area both cover."""
    x = min(one[2], other[2]) - max(one[0], other[0])
    y = min(one[3], other[3]) - max(one[1], other[1])
    if x <= 0 or y <= 0:
        return 0.0
    return x * y / (area(one) + area(other) - x * y)
