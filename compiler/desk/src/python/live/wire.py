"""The line to the runtime in real time: threads ask when they like, and each waits for its own answer.

In:    what threads ask for. Out: frames to the runtime, as in virtual time (`wire.py` there); to each thread the answer
       to what it asked. Never: a thread that waits for another one's answer.

A frame is its length in four bytes and a value in `marshal`, version 2. To the runtime: (number, [(what, 0, …), …]). What
has an answer goes under a number that no other thread uses at that time; all else under 0. From it: (number, now, points,
quiet, happened, answer), of which the number and the answer count.
"""
import _thread
import marshal
import os
import sys
import time

from _oakc_asks import *

_loads, _dumps, _exit = marshal.loads, marshal.dumps, os._exit
_line = -1
_first = None
_buffer = b""
_writing = _thread.allocate_lock()
# Numbers that a thread may take, and who waits under a number.
_free = []
_waiting = [None]
dropped = []
# Counts what threads ask and wait for, for whoever watches that there is anything.
turns = 0


class Waiter:
    """A thread that waits for an answer."""

    __slots__ = ("gate", "answer")

    def __init__(self):
        self.gate = _thread.allocate_lock()
        self.gate.acquire()
        self.answer = None


def begin(descriptor):
    global _line, _first
    _line, _first = descriptor, _thread.get_ident()


def wait_for_start():
    """The runtime lets the script begin; from then on a thread reads all answers."""
    read()
    _thread.start_new_thread(_listen, ())


def read():
    global _buffer
    data = _buffer
    while True:
        have = len(data)
        if have >= 4:
            end = 4 + int.from_bytes(data[:4], "little")
            if have >= end:
                _buffer = data[end:]
                return _loads(data[4:end])
        more = os.read(_line, 1 << 20)
        if not more:
            _exit(0)
        data += more


def _listen():
    import _oakc_limits

    _oakc_limits.keep_from_signals()
    while True:
        number, _, _, _, _, answer = read()
        waiter = _waiting[number]
        waiter.answer = answer
        waiter.gate.release()


def write(value):
    data = _dumps(value, 2)
    data = memoryview(len(data).to_bytes(4, "little") + data)
    with _writing:
        while data:
            data = data[os.write(_line, data):]


def write_at_last(what):
    """The last thing that is said, by the first thread; it may itself be what is interrupted while it writes."""
    if _writing.acquire(timeout=5):
        _writing.release()
        write((0, [what]))
    else:
        _exit(70)


def ask(what, *rest):
    """Asks for something and waits for the answer."""
    global turns
    turns += 1
    try:
        number = _free.pop()
        waiter = _waiting[number]
    except IndexError:
        waiter = Waiter()
        with _writing:
            number = len(_waiting)
            _waiting.append(waiter)
    asked = [(what, 0) + rest]
    if dropped:
        numbers = dropped[:]
        del dropped[:len(numbers)]
        asked.insert(0, (DROP, 0, numbers))
    write((number, asked))
    waiter.gate.acquire()
    answer, waiter.answer = waiter.answer, None
    _free.append(number)
    return answer


def post(what, *rest):
    """Asks for something that has no answer. What is sent has one: whoever sends waits for room."""
    global turns
    if what == SEND:
        ask(what, *rest)
        return
    turns += 1
    write((0, [(what, 0) + rest]))


class Nothing:
    """What was found empty may not be so any more."""

    def add(self, name):
        pass


empty = Nothing()


def is_empty(what):
    return False


class Busiest:
    """The thread that has computed the most since somebody last asked; nothing for the first one, and where the system
    does not tell."""

    number = 0
    _seen = {}

    @property
    def done(self):
        """What all threads did: in real time they are watched together."""
        return turns

    @property
    def ident(self):
        if not hasattr(time, "pthread_getcpuclockid"):
            return None
        used = {}
        for ident in sys._current_frames():
            try:
                used[ident] = time.clock_gettime_ns(time.pthread_getcpuclockid(ident))
            except OSError:
                pass
        before, Busiest._seen = Busiest._seen, used
        busiest = max(used, key=lambda ident: used[ident] - before.get(ident, 0), default=_first)
        return None if busiest == _first else busiest


current = Busiest()
debt = 0
