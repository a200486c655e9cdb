"""The network's tensors in, people out. Places are parts of the network's square picture.

The network (MoveNet MultiPose, its heads cut) gives, for six cells of a grid of 64 x 64 that may be the middle of a person:
`scores`; `index`, the number of the cell; and `kpts`, 17 points of the body as y and x, counted in cells from that cell.
"""
import math

GRID = 64
PLACES = 6
POINTS = 17
LEFT_SHOULDER, RIGHT_SHOULDER, LEFT_HIP, RIGHT_HIP = 5, 6, 11, 12


class Pose:
    def __init__(self, score, points):
        self.score = score
        self.points = points  # (x, y) of nose, eyes, ears, shoulders, elbows, wrists, hips, knees, ankles

    def middle(self, one, other):
        (x0, y0), (x1, y1) = self.points[one], self.points[other]
        return (x0 + x1) / 2, (y0 + y1) / 2

    @property
    def hips(self):
        return self.middle(LEFT_HIP, RIGHT_HIP)

    @property
    def shoulders(self):
        return self.middle(LEFT_SHOULDER, RIGHT_SHOULDER)

    @property
    def torso(self):
        """Its length."""
        return math.hypot(self.shoulders[0] - self.hips[0], self.shoulders[1] - self.hips[1])

    @property
    def tilt(self):
        """Degrees between the torso and the vertical: 0 upright, 90 lying, up to 180 head down."""
        shoulders, hips = self.shoulders, self.hips
        return math.degrees(math.atan2(abs(shoulders[0] - hips[0]), hips[1] - shoulders[1]))

    @property
    def height_over_width(self):
        """Of the box around all points."""
        xs, ys = [x for x, _ in self.points], [y for _, y in self.points]
        return (max(ys) - min(ys)) / max(max(xs) - min(xs), 1e-3)


def people(tensors, threshold):
    """Those with at least this score, best first."""
    scores = tensors.getLayerFp16("scores")
    found = [place for place, score in enumerate(scores[:PLACES]) if score >= threshold]
    if not found:
        return []  # and the larger tensors are not even unpacked
    cells, offsets = tensors.getLayerInt32("index"), tensors.getLayerFp16("kpts")
    return [Pose(scores[place], points(cells[place], offsets[place::PLACES])) for place in found]


def points(cell, offsets):
    row, column = divmod(cell, GRID)
    return [((column + offsets[2 * i + 1]) / GRID, (row + offsets[2 * i]) / GRID) for i in range(POINTS)]
