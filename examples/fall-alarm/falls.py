"""The rule: poses over time in, alarms out.

A fall is somebody whose shoulders have come down fast, and who then lies there for `held` seconds. Whoever lies down slowly does it
on purpose; whoever sits or bends down fast does not lie there. A pose between upright and lying changes nothing.
"""
import collections
import math

UPRIGHT_TILT, LYING_TILT = 35.0, 55.0  # degrees
UPRIGHT_SHAPE, LYING_SHAPE = 1.2, 0.8  # height over width
FAST = 2.0  # lengths of the torso in a second, at least, that the shoulders of somebody who falls come down
WINDOW = 0.3  # seconds over which that is measured, at least: points tremble
BEFORE = 2.0  # seconds before somebody lies that count
STANDING = 2.0  # seconds upright until an alarm is over
GONE = 30.0  # seconds without seeing somebody who lay there until the alarm is over
FORGET = 2.0  # seconds without seeing anybody else until they are forgotten
REACH = 0.15  # how far hips move from one frame to the next, at most, in parts of the picture
SPEED = 0.3  # how much farther in each second without a frame


class Person:
    def __init__(self, number, pose, now):
        self.number, self.hips, self.seen = number, pose.hips, now
        self.past = collections.deque()  # (time, height of the shoulders) of the last seconds
        self.torso = 0.0  # the longest that was seen: whoever leans towards the camera looks shorter
        self.upright_since = None
        self.lying_since = None
        self.fell = False  # whether they lie because they fell
        self.alarmed = False

    def update(self, pose, now, held):
        """"fall" or "up" where an alarm begins or ends, else None."""
        self.hips, self.seen, self.torso = pose.hips, now, max(self.torso, pose.torso)
        self.past.append((now, pose.shoulders[1]))
        while now - self.past[0][0] > BEFORE:
            self.past.popleft()
        if pose.tilt < UPRIGHT_TILT and pose.height_over_width > UPRIGHT_SHAPE:
            return self._upright(now)
        self.upright_since = None
        if pose.tilt > LYING_TILT and pose.height_over_width < LYING_SHAPE:
            return self._lying(now, held)
        return None

    def _upright(self, now):
        self.lying_since, self.fell = None, False
        if self.upright_since is None:
            self.upright_since = now
        if self.alarmed and now - self.upright_since >= STANDING:
            self.alarmed = False
            return "up"
        return None

    def _lying(self, now, held):
        if self.lying_since is None:
            self.lying_since = now
        # The body is down before the shoulders have stopped.
        self.fell = self.fell or (now - self.lying_since < held and self._came_down_fast())
        if self.fell and not self.alarmed and now - self.lying_since >= held:
            self.alarmed = True
            return "fall"
        return None

    def _came_down_fast(self):
        fastest = 0.0
        for then, before in self.past:
            later = [(now, after) for now, after in self.past if now - then >= WINDOW]
            if later:
                now, after = later[0]
                fastest = max(fastest, (after - before) / (now - then))
        return fastest >= FAST * self.torso


class Watch:
    """Everybody in the picture. A pose belongs to the person whose hips were the nearest a moment ago."""

    def __init__(self, held):
        self.held = held
        self.persons = []
        self.numbers = 0

    def update(self, poses, now):
        """The events of this frame: (what, number of the person)."""
        events = self._forget(now)
        known = list(self.persons)
        for pose in poses:
            person = self._nearest(pose, known, now)
            if person is None:
                person = self._newcomer(pose, now)
            else:
                known.remove(person)
            what = person.update(pose, now, self.held)
            if what:
                events.append((what, person.number))
        return events

    def _forget(self, now):
        """Whoever was not seen for too long is not there any more: where an alarm was, it is over."""
        unseen = [it for it in self.persons if now - it.seen > (GONE if it.alarmed else FORGET)]
        self.persons = [it for it in self.persons if it not in unseen]
        return [("gone", it.number) for it in unseen if it.alarmed]

    def _newcomer(self, pose, now):
        self.numbers += 1
        person = Person(self.numbers, pose, now)
        self.persons.append(person)
        return person

    @staticmethod
    def _nearest(pose, known, now):
        x, y = pose.hips
        near = []
        for index, person in enumerate(known):
            distance = math.hypot(person.hips[0] - x, person.hips[1] - y)
            if distance <= REACH + SPEED * min(now - person.seen, FORGET):
                near.append((distance, index))
        return known[min(near)[1]] if near else None
