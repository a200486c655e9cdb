"""`time` in real time: the computer's clocks, which a script cannot set.

In:    the interpreter's own `time`. Out: `module`, which replaces it.
"""
import time as real

import _oakc_wire as wire

# What `time.monotonic` says when the pipeline starts.
boot = 0
monotonic_ns = real.monotonic_ns


def since_start():
    """Nanoseconds since the pipeline started."""
    return monotonic_ns() - boot


def sleep(seconds):
    wire.turns += 1
    real.sleep(seconds)


module = type(wire)("time")
module.__dict__.update(real.__dict__)
module.sleep = sleep
for name in ("clock_settime", "clock_settime_ns", "pthread_getcpuclockid"):
    module.__dict__.pop(name, None)
