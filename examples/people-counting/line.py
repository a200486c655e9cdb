"""A line across the picture, and who walks over it. Places are parts of the picture: (0, 0) is its upper left corner."""


class Line:
    """From `start` to `end`. Whoever crosses it towards the right hand of somebody who looks along it enters.

    Only `margin` beside it somebody counts as being on that side, so that one who stands on it is not counted with every
    tremble of the box around them.
    """

    def __init__(self, start, end, margin):
        (self.x, self.y), (end_x, end_y) = start, end
        self.dx, self.dy = end_x - self.x, end_y - self.y
        self.length = (self.dx * self.dx + self.dy * self.dy) ** 0.5
        if self.length == 0:
            raise ValueError("the line has no length: `line` is [start x, start y, end x, end y]")
        self.margin = margin

    def side(self, place):
        """1 inside, -1 outside, 0 too near to say."""
        distance = self._across(place) / self.length
        if abs(distance) < self.margin:
            return 0
        return 1 if distance > 0 else -1

    def is_passed(self, before, after):
        """Whether the way from one side to the other leads over the line, and not past one of its ends."""
        a, b = self._across(before), self._across(after)
        along = self._along(before) + (self._along(after) - self._along(before)) * a / (a - b)
        return 0 <= along <= self.length * self.length

    def _across(self, place):
        # The picture's y grows downwards, so this is positive on the right.
        return self.dx * (place[1] - self.y) - self.dy * (place[0] - self.x)

    def _along(self, place):
        return self.dx * (place[0] - self.x) + self.dy * (place[1] - self.y)
