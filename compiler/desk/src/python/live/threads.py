"""`_thread` in real time: the computer's threads, of which a script has a limited number.

In:    the interpreter's own `_thread`. Out: `module`, which replaces it.
"""
import _thread as real

import _oakc_limits as limits
import _oakc_wire as wire

# Names of the script's own files.
files = set()
MOST = 200


def checked(function):
    """The same for a new thread: signals are the first one's."""
    if real._count() >= MOST:
        raise RuntimeError("can't start new thread")

    def run(*args, **kwargs):
        limits.keep_from_signals()
        return function(*args, **kwargs)

    return run


def start_new_thread(function, args, kwargs={}):
    if not callable(function):
        raise TypeError("first arg must be callable")
    return real.start_new_thread(checked(function), args, kwargs)


def start_joinable_thread(function, handle=None, daemon=True):
    return real.start_joinable_thread(checked(function), handle=handle, daemon=daemon)


module = type(wire)("_thread")
module.__dict__.update(real.__dict__)
module.start_new_thread = module.start_new = start_new_thread
if hasattr(real, "start_joinable_thread"):
    module.start_joinable_thread = start_joinable_thread
