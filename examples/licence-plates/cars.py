"""Vehicles over time: boxes and readings in, one text for each vehicle out."""
import boxes

FORGET = 2.0  # seconds without seeing a vehicle until it is gone
SAME = 0.2  # overlap from which on a box is the vehicle that was there
READINGS = 30  # of a vehicle, after which it is given up


class Car:
    def __init__(self, box, now):
        self.box, self.seen = box, now
        self.votes = {}  # the sum of scores, by text
        self.counts = {}  # readings, by text
        self.readings = 0
        self.asked = 0  # how often it was looked at
        self.text = None

    @property
    def is_open(self):
        return self.text is None and self.readings < READINGS

    def vote(self, text, score, needed):
        """Counts a reading; True if that decides it: one text has been read `needed` times, and twice as often as any other."""
        self.readings += 1
        self.votes[text] = self.votes.get(text, 0.0) + score
        self.counts[text] = self.counts.get(text, 0) + 1
        others = [votes for other, votes in self.votes.items() if other != text]
        if self.counts[text] < needed or self.votes[text] < 2 * max(others, default=0.0):
            return False
        self.text = text
        return True


class Cars:
    def __init__(self):
        self.known = []

    def update(self, found, now):
        self.known = [car for car in self.known if now - car.seen <= FORGET]
        free = list(self.known)
        for box in sorted(found, key=boxes.area, reverse=True):
            shared, index = max(((boxes.overlap(car.box, box), i) for i, car in enumerate(free)), default=(0.0, -1))
            if shared >= SAME:
                car = free.pop(index)
                car.box, car.seen = box, now
            else:
                self.known.append(Car(box, now))

    def next(self, now, smallest):
        """The one to look at: of those that are there now and wide enough, the one that was looked at the least."""
        there = [car for car in self.known if car.seen == now and car.is_open and boxes.width(car.box) >= smallest]
        return min(there, key=lambda car: car.asked, default=None)
