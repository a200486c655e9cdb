"""How a program ends that waits for a camera, a key or the time."""
import asyncio
import builtins
import collections
import threading
import time

LIMIT = 300  # how often a program may look whether something has come, before it is stopped
NAP = 0.005  # how long it sleeps at most, in seconds


class Stop(BaseException):
    """Ends a program where it waits for a camera. Not an Exception: no handler of its own may keep it."""


class Patience:
    """Counts how often each thread of a program has looked."""

    def __init__(self):
        self.polls = collections.Counter()

    def poll(self):
        thread = threading.get_ident()
        self.polls[thread] += 1
        if self.polls[thread] > LIMIT:
            raise Stop


def shorten_sleep(patience):
    """Lets no program sleep for long, nor often."""
    sleep = time.sleep

    def doze(seconds=0):
        patience.poll()
        sleep(NAP if isinstance(seconds, (int, float)) and seconds >= NAP else 0)

    time.sleep = doze
    doze_together = asyncio.sleep

    async def doze_async(delay=0, result=None, **_):
        patience.poll()
        return await doze_together(NAP if isinstance(delay, (int, float)) and delay >= NAP else 0, result)

    asyncio.sleep = doze_async


def replace_keyboard(patience):
    """Nobody types: every question is answered by an empty line."""

    def line(*_):
        patience.poll()
        return ""

    builtins.input = line


def replace_windows(patience):
    """No windows open, and whoever waits for a key gets the one that ends most programs."""
    try:
        import cv2
    except Exception:  # It is not installed, or lacks a library of the system. The program will learn it.
        return
    for name in ("imshow", "namedWindow", "resizeWindow", "createTrackbar", "setMouseCallback", "destroyAllWindows"):
        setattr(cv2, name, lambda *_, **__: None)

    def key(*_):
        patience.poll()
        return ord("q")

    cv2.waitKey = cv2.waitKeyEx = cv2.pollKey = key
