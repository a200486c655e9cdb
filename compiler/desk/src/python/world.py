"""Virtual time: the modules that stand for the computer's.

In:    what the clocks and random numbers start with. Out: `sys.modules`. Never: a clock, a socket or a random number of
       the computer.
"""
import os
import sys
import types

import _oakc_clock as clock
import _oakc_interface as interface
import _oakc_net as net
import _oakc_threads as threads


def randomness(seed):
    """`_random` and `os.urandom` from the seed."""
    import _random as real

    made = real.Random(seed)
    state = [seed]

    class Random(real.Random):
        def seed(self, start=None):
            if start is None:
                state[0] += 1
                start = state[0]
            super().seed(start)

    def urandom(size):
        return made.getrandbits(8 * size).to_bytes(size, "little") if size else b""

    module = types.ModuleType("_random")
    module.Random = Random
    os.urandom = urandom
    if hasattr(os, "getrandom"):
        os.getrandom = lambda size, flags=0: urandom(size)
    return module


def replace(setup):
    """Puts modules of virtual time in the place of the computer's."""
    import _socket
    import fcntl
    import select

    socket_module, select_module = net.modules(_socket, select)
    clock.epoch, clock.boot = setup["epoch"], setup["boot"]
    random_module = randomness(setup["seed"])
    for name in ("random", "datetime", "_datetime", "_pydatetime", "_strptime"):
        sys.modules.pop(name, None)
    sys.modules.update(
        _thread=threads.module, time=clock.module, _socket=socket_module, select=select_module, _random=random_module,
        fcntl=interface.module(fcntl, setup["ip"], net.descriptors),
    )
    # The pure implementation asks `time`.
    sys.modules["_datetime"] = None
