"""`time` in virtual time.

In:    the interpreter's own `time`. Out: `module`, which replaces it. Never: a clock of the computer.
"""
import time as real

import _oakc_wire as wire

# Added to the virtual time: what `time.time` and the other clocks say when the pipeline starts.
epoch = 0
boot = 0


def read(offset):
    wire.spend()
    return wire.now + wire.debt + offset


def since_start():
    """Nanoseconds since the pipeline started."""
    return wire.now + wire.debt


def time_ns():
    return read(epoch)


def monotonic_ns():
    return read(boot)


def time():
    return read(epoch) / 1_000_000_000


def monotonic():
    return read(boot) / 1_000_000_000


def sleep(seconds):
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    nanos = int(seconds * 1_000_000_000)
    if nanos >= 1 << 63:
        raise OverflowError("timestamp too large to convert to C _PyTime_t")
    wire.sleep(nanos)


def gmtime(seconds=None):
    return real.gmtime(time() if seconds is None else seconds)


def localtime(seconds=None):
    return real.localtime(time() if seconds is None else seconds)


def ctime(seconds=None):
    return real.ctime(time() if seconds is None else seconds)


def asctime(parts=None):
    return real.asctime(localtime() if parts is None else parts)


def strftime(text, parts=None):
    return real.strftime(text, localtime() if parts is None else parts)


def clock_gettime_ns(clock):
    return time_ns() if clock == getattr(real, "CLOCK_REALTIME", 0) else monotonic_ns()


def clock_gettime(clock):
    return clock_gettime_ns(clock) / 1_000_000_000


module = type(wire)("time")
module.__dict__.update(real.__dict__)
module.__dict__.update(
    time=time,
    time_ns=time_ns,
    monotonic=monotonic,
    monotonic_ns=monotonic_ns,
    perf_counter=monotonic,
    perf_counter_ns=monotonic_ns,
    process_time=monotonic,
    process_time_ns=monotonic_ns,
    thread_time=monotonic,
    thread_time_ns=monotonic_ns,
    sleep=sleep,
    gmtime=gmtime,
    localtime=localtime,
    ctime=ctime,
    asctime=asctime,
    strftime=strftime,
    clock_gettime=clock_gettime,
    clock_gettime_ns=clock_gettime_ns,
)
for name in ("clock_settime", "clock_settime_ns", "pthread_getcpuclockid"):
    module.__dict__.pop(name, None)
