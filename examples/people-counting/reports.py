"""Counts, as reports of an interval each, kept until somebody has them."""
import collections
import random
import threading

KEPT = 1440  # a day of minutes


class Reports:
    """The totals of the day, and what nobody has got yet. While nobody listens, the oldest reports become one: no
    person is forgotten, only the minute."""

    def __init__(self, camera):
        self.camera = camera
        self.run = f"{random.getrandbits(32):08x}"  # another one after each start, so a receiver sees that totals began anew
        self.number = 0
        self.day = None
        self.today = {"entered": 0, "left": 0}
        self.waiting = collections.deque()
        self.changed = threading.Condition()

    def add(self, entered, left, seconds, day, at):
        """A report of the last `seconds`. `day` is the date, as text, None while nobody knows it; `at` the time, as text."""
        if day is not None:
            if self.day is not None and day != self.day:
                self.today = {"entered": 0, "left": 0}
            self.day = day
        self.today["entered"] += entered
        self.today["left"] += left
        self.number += 1
        report = {
            "camera": self.camera,
            "run": self.run,
            "number": self.number,
            "seconds": seconds,
            "at": at,
            "day": self.day,
            "entered": entered,
            "left": left,
            "today": dict(self.today),
        }
        with self.changed:
            self.waiting.append(report)
            if len(self.waiting) > KEPT:
                self._join_oldest()
            self.changed.notify()
        return report

    def _join_oldest(self):
        first = self.waiting.popleft()
        second = self.waiting[0]
        for key in ("seconds", "entered", "left"):
            second[key] += first[key]

    def oldest(self):
        """Waits for a report that nobody has yet. It stays until it is done()."""
        with self.changed:
            while not self.waiting:
                self.changed.wait()
            return dict(self.waiting[0])

    def done(self, number):
        with self.changed:
            if self.waiting and self.waiting[0]["number"] == number:
                self.waiting.popleft()
