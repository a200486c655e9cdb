"""The line to the scheduler.

In:    what the running thread asks for. Out: frames to the scheduler, each with all that was asked since the last one;
       the answer to the last thing asked. Never: two threads of the script at once: whoever reads that it is another
       thread's turn lets that one go on, and waits.

A frame is its length in four bytes and a value in `marshal`, version 2. To the scheduler: (thread, [(what, when, …), …]),
`when` in nanoseconds since the thread got its turn. From it: (thread, now, points, answer).
"""
import _thread
import marshal
import os

# What can be asked: the numbers of compiler/desk/src/script/protocol.rs.
GET, TRY_GET, HAS, SEND, TRY_SEND, SLEEP, PARK, WAKE, START, EXIT, PASS, LOG, DROP, DATA, NET, POLL, PIN, END, STUCK = range(19)

# What a call of the camera's API, a clock or a socket costs, in nanoseconds.
SLICE = 20_000
# How far a thread's own clock may run ahead of the others.
AHEAD = 1_000_000
# After so many things asked without an answer, the scheduler is told.
MANY = 200

_read, _write, _loads, _dumps, _exit = os.read, os.write, marshal.loads, marshal.dumps, os._exit
_gate = _thread.allocate_lock

line = -1
_buffer = b""
fibers = {}
current = None
pending = []
dropped = []
now = 0
debt = 0
# So many points are left until the thread lets others go first; negative for no limit.
points = -1
# Counts frames, for whoever watches that there are any.
turns = 0


class Fiber:
    """A thread of the script."""

    __slots__ = ("number", "gate", "answer", "ident")

    def __init__(self, number):
        self.number = number
        self.gate = _gate()
        self.gate.acquire()
        self.answer = None
        # The computer's number of the thread; nothing for the first one.
        self.ident = None


def begin(descriptor):
    global line, current
    line = descriptor
    current = fibers[0] = Fiber(0)


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
        more = _read(line, 1 << 20)
        if not more:
            _exit(0)
        data += more


def write(value):
    data = _dumps(value, 2)
    data = len(data).to_bytes(4, "little") + data
    sent = _write(line, data)
    while sent < len(data):
        data = data[sent:]
        sent = _write(line, data)


def _tell(fiber, what):
    global pending, turns
    asked, pending = pending, []
    if dropped:
        asked.append((DROP, debt, dropped[:]))
        dropped.clear()
    asked.append(what)
    turns += 1
    write((fiber.number, asked))


def _turn(fiber):
    """Reads whose turn it is, and lets that thread go on."""
    global now, debt, points, current
    number, now, points, answer = read()
    debt = 0
    if number == fiber.number:
        return answer
    other = current = fibers[number]
    other.answer = answer
    other.gate.release()
    return None


def ask(what, *rest):
    """Asks for something and waits for the answer."""
    global debt
    debt += SLICE
    fiber = current
    _tell(fiber, (what, debt) + rest)
    answer = _turn(fiber)
    if current is fiber:
        return answer
    fiber.gate.acquire()
    return fiber.answer


def post(what, *rest):
    """Asks for something that has no answer."""
    global debt
    debt += SLICE
    pending.append((what, debt) + rest)
    if len(pending) >= MANY:
        ask(PASS, False)


def leave(fiber):
    """The running thread has ended."""
    del fibers[fiber.number]
    _tell(fiber, (EXIT, debt))
    _turn(fiber)


def spend(cost=SLICE):
    """Lets the thread's own clock run on."""
    global debt
    debt += cost
    if debt >= AHEAD:
        ask(PASS, False)


def point():
    """A point at which other threads may go first."""
    global points
    if points > 0:
        points -= 1
        if points == 0:
            ask(PASS, True)
