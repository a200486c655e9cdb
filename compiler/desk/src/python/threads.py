"""`_thread` in virtual time: threads of the computer, of which one runs at a time, and locks of their own.

In:    the interpreter's own `_thread`. Out: `module`, which replaces it. Never: a lock that keeps a thread of the
       computer waiting: a thread that has to wait asks the scheduler, and others go on.
"""
import _thread as real
import sys

import _oakc_limits as limits
import _oakc_wire as wire

# Names of files whose steps are points at which other threads may go first.
files = set()
# Whether each instruction is such a point: an interpreter may switch in the middle of a line.
by_instruction = False
# After so many lines without any other point a thread lets others go, as the interpreter does after a time.
LINES = 500
# What a line costs then, in nanoseconds.
LINE = 2_000

_ahead = LINES
_numbers = 0
_parks = 0
_alive = 0
FIRST = 1000


class lock:
    """A lock that only the scheduler lets wait."""

    __slots__ = ("_locked", "_waiting", "_number", "__weakref__")

    def __init__(self):
        global _parks
        _parks += 1
        self._locked, self._waiting, self._number = False, 0, _parks

    def acquire(self, blocking=True, timeout=-1):
        if not blocking and timeout != -1:
            raise ValueError("can't specify a timeout for a non-blocking call")
        if timeout < 0 and timeout != -1:
            raise ValueError("timeout value must be a non-negative number")
        if timeout > real.TIMEOUT_MAX:
            raise OverflowError("timeout value is too large")
        if wire.points > 0:
            wire.point()
        if not self._locked:
            self._locked = True
            return True
        if not blocking:
            wire.spend()
            return False
        until = -1 if timeout == -1 else wire.now + wire.debt + int(timeout * 1_000_000_000)
        while True:
            self._waiting += 1
            woken = wire.ask(wire.PARK, self._number, until)
            self._waiting -= 1
            if not self._locked:
                self._locked = True
                return True
            if not woken:
                return False

    def release(self):
        if not self._locked:
            raise RuntimeError("release unlocked lock")
        self._locked = False
        if self._waiting:
            wire.post(wire.WAKE, self._number)
            if wire.points > 0:
                wire.point()

    def locked(self):
        return self._locked

    def __enter__(self):
        return self.acquire()

    def __exit__(self, *_):
        self.release()

    def _at_fork_reinit(self):
        self._locked = False

    acquire_lock, release_lock, locked_lock = acquire, release, locked

    def __repr__(self):
        return "<%s _thread.lock object>" % ("locked" if self._locked else "unlocked")


lock.__module__ = "_thread"
lock.__qualname__ = "lock"
_sentinels = {}


class RLock:
    """A lock that its owner may take again."""

    __slots__ = ("_lock", "_owner", "_count", "__weakref__")

    def __init__(self):
        self._lock, self._owner, self._count = lock(), None, 0

    def acquire(self, blocking=True, timeout=-1):
        if self._owner == wire.current.number:
            self._count += 1
            return True
        if not self._lock.acquire(blocking, timeout):
            return False
        self._owner, self._count = wire.current.number, 1
        return True

    def release(self):
        if self._owner != wire.current.number:
            raise RuntimeError("cannot release un-acquired lock")
        self._count -= 1
        if not self._count:
            self._owner = None
            self._lock.release()

    def __enter__(self):
        return self.acquire()

    def __exit__(self, *_):
        self.release()

    def locked(self):
        return self._count > 0

    def _is_owned(self):
        return self._owner == wire.current.number

    def _recursion_count(self):
        return self._count if self._is_owned() else 0

    def _release_save(self):
        count, self._count, self._owner = self._count, 0, None
        self._lock.release()
        return count

    def _acquire_restore(self, count):
        self._lock.acquire()
        self._owner, self._count = wire.current.number, count

    def _at_fork_reinit(self):
        self.__init__()

    def __repr__(self):
        return "<%s _thread.RLock object count=%d>" % ("locked" if self._count else "unlocked", self._count)


RLock.__module__ = "_thread"
RLock.__qualname__ = "RLock"


def trace(frame, event, _):
    if frame.f_code.co_filename in files:
        frame.f_trace_opcodes = by_instruction
        return steps
    return None


def steps(frame, event, _):
    global _ahead
    if event == "line":
        _ahead -= 1
        if _ahead <= 0:
            _ahead = LINES
            wire.run_on(LINES * LINE)
        elif wire.points > 0:
            wire.point()
    elif event == "opcode" and wire.points > 0:
        wire.point()
    return steps


def watch():
    """From the second thread on, steps are points."""
    if sys.gettrace() is None:
        sys.settrace(trace)
        frame = sys._getframe()
        while frame is not None:
            if frame.f_code.co_filename in files:
                frame.f_trace, frame.f_trace_opcodes = steps, by_instruction
            frame = frame.f_back


def run(fiber, function, args, kwargs, done):
    global _alive
    limits.keep_from_signals()
    fiber.ident = real.get_ident()
    fiber.gate.acquire()
    sys.settrace(trace)
    try:
        function(*args, **kwargs)
    except SystemExit:
        pass
    except BaseException:
        sys.settrace(None)
        sys.stderr.write("Unhandled exception in thread started by %r\n" % (function,))
        sys.excepthook(*sys.exc_info())
    sys.settrace(None)
    del function, args, kwargs
    _alive -= 1
    sentinel = _sentinels.pop(fiber.number, None)
    if sentinel is not None and sentinel._locked:
        sentinel.release()
    if done is not None:
        done()
    del done, sentinel
    wire.leave(fiber)


def begin(function, args, kwargs, done=None):
    global _numbers, _alive
    if _alive >= 200:
        raise RuntimeError("can't start new thread")
    watch()
    _numbers += 1
    _alive += 1
    fiber = wire.fibers[_numbers] = wire.Fiber(_numbers)
    real.start_new_thread(run, (fiber, function, args, kwargs, done))
    wire.post(wire.START, fiber.number)
    if wire.points > 0:
        wire.point()
    return FIRST + fiber.number


def start_new_thread(function, args, kwargs={}):
    if not callable(function):
        raise TypeError("first arg must be callable")
    if not isinstance(args, tuple):
        raise TypeError("2nd arg must be a tuple")
    return begin(function, args, kwargs)


def get_ident():
    return FIRST + wire.current.number


def set_sentinel():
    sentinel = _sentinels[wire.current.number] = lock()
    return sentinel


class ThreadHandle:
    """What a thread is joined by, from CPython 3.13 on."""

    def __init__(self, ident=None):
        self.ident = ident
        self._done = lock()
        self._done.acquire()
        self._is_done = False

    def is_done(self):
        return self._is_done

    def _set_done(self):
        if not self._is_done:
            self._is_done = True
            self._done.release()

    def join(self, timeout=None):
        if self._is_done:
            return
        if self.ident == get_ident():
            raise RuntimeError("Cannot join current thread")
        timeout = -1 if timeout is None or timeout < 0 else timeout
        if self._done.acquire(True, timeout):
            self._done.release()


_joined = []


def start_joinable_thread(function, handle=None, daemon=True):
    handle = ThreadHandle() if handle is None else handle
    handle.ident = begin(function, (), {}, handle._set_done)
    if not daemon:
        _joined.append(handle)
    return handle


def shutdown():
    while _joined:
        _joined.pop().join()


def allocate_lock():
    return lock()


module = type(sys)("_thread")
module.__dict__.update(real.__dict__)
module.__dict__.update(
    LockType=lock,
    lock=lock,
    RLock=RLock,
    allocate_lock=allocate_lock,
    allocate=allocate_lock,
    start_new_thread=start_new_thread,
    start_new=start_new_thread,
    get_ident=get_ident,
    get_native_id=get_ident,
    _count=lambda: _alive,
    interrupt_main=lambda *_: None,
)
if hasattr(real, "_set_sentinel"):
    module._set_sentinel = set_sentinel
if hasattr(real, "start_joinable_thread"):
    module.start_joinable_thread = start_joinable_thread
    module._ThreadHandle = ThreadHandle
    module._make_thread_handle = ThreadHandle
    module._get_main_thread_ident = lambda: FIRST
    module._shutdown = shutdown
