"""The line to the scheduler.

In:    what the running thread asks for. Out: frames to the scheduler, each with all that was asked since the last one;
       the answer to the last thing asked. Never: two threads of the script at once: whoever reads that it is another
       thread's turn lets that one go on, and waits.

A frame is its length in four bytes and a value in `marshal`, version 2. To the scheduler: (thread, [(what, when, …), …]),
`when` in nanoseconds since the thread got its turn. From it: (thread, now, points, quiet, number, answer): until
`quiet` nothing happens unless this thread does it, and something else has happened where `number` is another one.
So a thread that polls and sleeps meanwhile needs to ask nobody.
"""
import _thread
import marshal
import os
import time

from _oakc_asks import *

# What makes nothing happen for the thread itself.
HARMLESS = frozenset((LOG, PIN))

# What a call of the camera's API, a clock or a socket costs, in nanoseconds.
SLICE = 20_000
# How far a thread's own clock may run ahead of the others.
AHEAD = 1_000_000
# So much is read at once; room for much more would have to be fetched from the system each time.
CHUNK = 1 << 16
# After so many things asked without an answer, the scheduler is told.
MANY = 200

_read, _write, _loads, _dumps, _exit = os.read, os.write, marshal.loads, marshal.dumps, os._exit
_from_bytes, _to_bytes = int.from_bytes, int.to_bytes
_gate, _pause = _thread.allocate_lock, time.sleep

line = -1
fibers = {}
current = None
pending = []
dropped = []
now = 0
debt = 0
# So many points are left until the thread lets others go first; negative for no limit.
points = -1
# Until then nothing happens by itself, and what was found to have nothing for the thread is still so.
quiet = 0
empty = set()
_number = -1


class Fiber:
    """A thread of the script."""

    __slots__ = ("number", "done", "gate", "answer", "ident")

    def __init__(self, number):
        self.number = number
        # Counts what it asked for, for whoever watches that it does.
        self.done = 0
        self.gate = _gate()
        self.gate.acquire()
        self.answer = None
        # The computer's number of the thread; nothing for the first one.
        self.ident = None


def begin(descriptor):
    global line, current
    line = descriptor
    current = fibers[0] = Fiber(0)


def wait_for_start():
    """The first turn of the first thread."""
    _turn(current)


def read():
    """A frame: the scheduler sends another one only when it was asked again."""
    data = _read(line, CHUNK)
    while data:
        size = _from_bytes(data[:4], "little") + 4
        if len(data) == size:
            return _loads(data[4:])
        # A length that came in part is too small.
        if len(data) >= 4:
            return _loads(data[4:] + read_all(size - len(data)))
        more = _read(line, CHUNK)
        data = data + more if more else more
    _exit(0)


def read_all(rest):
    """This many bytes; at the end of the line there is nobody to work for."""
    parts = []
    while rest > 0:
        part = _read(line, min(rest, 1 << 20))
        if not part:
            _exit(0)
        parts.append(part)
        rest -= len(part)
    return b"".join(parts)


def _write_all(value):
    data = _dumps(value, 2)
    data = _to_bytes(len(data), 4, "little") + data
    sent = _write(line, data)
    while sent < len(data):
        data = data[sent:]
        sent = _write(line, data)


write = _write_all

def write_at_last(what):
    """The last thing that is said, about the running thread; from then on no thread says anything."""
    global write
    write = _silence
    _write_all((current.number, pending + [what]))


def _silence(_):
    while True:
        _pause(3600)


def _tell(fiber, what):
    if dropped:
        pending.append((DROP, debt, dropped[:]))
        dropped.clear()
    pending.append(what)
    said = pending[:]
    pending.clear()
    write((fiber.number, said))


def _turn(fiber):
    """Reads whose turn it is: whether it is this thread's, and the answer; lets any other one go on.

    That one is under way then, and may have changed everything here.
    """
    global now, debt, points, current, quiet, _number
    number, now, points, quiet, happened, answer = read()
    debt = 0
    if happened != _number:
        _number = happened
        empty.clear()
    if number == fiber.number:
        return True, answer
    other = current = fibers[number]
    other.answer = answer
    other.gate.release()
    return False, None


def ask(what, *rest):
    """Asks for something and waits for the answer. To let others go first is not a call, and costs nothing."""
    global debt
    fiber = current
    if what != PASS:
        debt += SLICE
        fiber.done += 1
    _tell(fiber, (what, debt) + rest)
    is_own, answer = _turn(fiber)
    if is_own:
        return answer
    fiber.gate.acquire()
    return fiber.answer


def post(what, *rest):
    """Asks for something that has no answer."""
    global debt, quiet
    debt += SLICE
    current.done += 1
    # Somebody may wait for it.
    quiet = 0
    if what not in HARMLESS:
        empty.clear()
    pending.append((what, debt) + rest)
    if len(pending) >= MANY:
        ask(PASS, False)


def leave(fiber):
    """The running thread has ended."""
    del fibers[fiber.number]
    _tell(fiber, (EXIT, debt))
    _turn(fiber)


def spend():
    """Something that was asked for without a word to the scheduler."""
    current.done += 1
    run_on(SLICE)


def run_on(cost):
    """Lets the thread's own clock run on."""
    global debt
    debt += cost
    if debt >= AHEAD and now + debt >= quiet:
        ask(PASS, False)


def sleep(nanos):
    """Lets time pass; nobody has to know if nothing happens meanwhile. It costs what asking costs."""
    global debt
    if 0 <= nanos < quiet - now - debt - SLICE and not dropped:
        debt += SLICE + nanos
        current.done += 1
    else:
        ask(SLEEP, nanos)


def is_empty(what):
    """Whether something that had nothing for the thread still has nothing. It costs what asking costs."""
    global debt
    if what not in empty or dropped or now + debt + SLICE >= quiet:
        return False
    debt += SLICE
    current.done += 1
    return True


def stays_empty(what, until):
    """The same for something that waits up to a time: then that time is over."""
    global debt
    if what not in empty or dropped or not 0 <= until < quiet or now + debt + SLICE >= quiet:
        return False
    debt = max(debt + SLICE, until - now)
    current.done += 1
    return True


def point():
    """A point at which other threads may go first."""
    global points
    if points > 0:
        points -= 1
        if points == 0:
            ask(PASS, True)
