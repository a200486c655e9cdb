"""How a program ends that waits for a camera, a key or the time."""
import time

LIMIT = 300  # how often a program may look whether something has come, before it is stopped


class Stop(BaseException):
    """Ends a program where it waits for a camera. Not an Exception: no handler of its own may keep it."""


class Patience:
    """Counts how often a program has looked."""

    def __init__(self):
        self.polls = 0

    def poll(self):
        self.polls += 1
        if self.polls > LIMIT:
            raise Stop


def shorten_sleep(patience):
    """Lets no program sleep for long, nor often."""
    sleep = time.sleep

    def doze(seconds=0):
        patience.poll()
        sleep(min(max(seconds, 0), 0.005))

    time.sleep = doze


def replace_windows(patience):
    """No windows open, and whoever waits for a key gets the one that ends most programs."""
    import cv2

    for name in ("imshow", "namedWindow", "resizeWindow", "createTrackbar", "setMouseCallback", "destroyAllWindows"):
        setattr(cv2, name, lambda *_, **__: None)

    def key(*_):
        patience.poll()
        return ord("q")

    cv2.waitKey = cv2.waitKeyEx = cv2.pollKey = key
