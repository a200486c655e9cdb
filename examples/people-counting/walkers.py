"""Who walks where: tracked boxes in, who has entered or left out.

A tracker loses people: behind a pillar, behind each other, or for a frame. One who turns up near the place where another
was lost a moment ago is the same person, whatever number the tracker gives them. So nobody is counted twice, and nobody
who was hidden while crossing is forgotten.
"""
FORGET = 1.5  # seconds after which somebody who is not seen is gone
REACH = 0.12  # how far from where they were expected somebody may turn up again, in parts of the picture
MOST = 100  # people at a time


class Walker:
    def __init__(self, place, now):
        self.place, self.seen = place, now
        self.speed = (0.0, 0.0)  # parts of the picture in a second
        self.side = 0
        self.certain = place  # where they were when the side was certain

    def expected(self, now):
        passed = now - self.seen
        return self.place[0] + self.speed[0] * passed, self.place[1] + self.speed[1] * passed

    def move(self, place, now):
        passed = now - self.seen
        if passed > 0:
            # Half of the news: boxes tremble.
            self.speed = tuple((old + (to - at) / passed) / 2 for old, to, at in zip(self.speed, place, self.place))
        self.place, self.seen = place, now


class Walkers:
    def __init__(self, line):
        self.line = line
        self.known = {}  # by the tracker's number

    def update(self, places, now):
        """`places` are those who are seen now, by the tracker's number. Gives how many have entered and left."""
        entered = left = 0
        for number, walker in list(self.known.items()):
            if now - walker.seen > FORGET:
                del self.known[number]
        for number, place in places.items():
            crossed = self._step(self._walker(number, place, places, now), place, now)
            entered, left = entered + (crossed > 0), left + (crossed < 0)
        return entered, left

    def _walker(self, number, place, places, now):
        if number not in self.known:
            self.known[number] = self._lost_near(place, places, now) or Walker(place, now)
            while len(self.known) > MOST:
                del self.known[next(iter(self.known))]
        return self.known[number]

    def _lost_near(self, place, places, now):
        """The one of those that are not seen who is expected the nearest, under whose number nobody is known any more."""
        distances = []
        for number, walker in self.known.items():
            if number not in places:
                x, y = walker.expected(now)
                distances.append(((x - place[0]) ** 2 + (y - place[1]) ** 2, number))
        distance, number = min(distances, default=(1.0, None))
        return self.known.pop(number) if distance <= REACH * REACH else None

    def _step(self, walker, place, now):
        """1 if this step enters, -1 if it leaves, else 0."""
        walker.move(place, now)
        side = self.line.side(place)
        if side == 0:
            return 0
        crossed = side if walker.side == -side and self.line.is_passed(walker.certain, place) else 0
        walker.side, walker.certain = side, place
        return crossed
