"""Runs a script as the camera does, in virtual time.

In:    what the scheduler says about it. Out: its log, its messages, how it ended. Never: a module that its processor
       does not have, a clock, a socket or a random number of the computer. What it does to files is its own business.
"""
import faulthandler
import gc
import os
import sys
import types

import _oakc_clock as clock
import _oakc_finder as finder
import _oakc_limits as limits
import _oakc_messages as messages
import _oakc_net as net
import _oakc_ports as ports
import _oakc_threads as threads
import _oakc_wire as wire


def refuse(name):
    def call(*_, **__):
        raise PermissionError(1, "a camera has no processes: os.%s" % name)

    return call


PROCESSES = (
    "system popen fork forkpty execv execve execl execle execlp execlpe execvp execvpe posix_spawn posix_spawnp "
    "spawnv spawnve spawnl spawnle spawnlp spawnlpe spawnvp spawnvpe kill killpg abort"
).split()


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
    import select

    socket_module, select_module = net.modules(_socket, select)
    clock.epoch, clock.boot = setup["epoch"], setup["boot"]
    random_module = randomness(setup["seed"])
    for name in ("threading", "socket", "selectors", "random", "datetime", "queue", "_datetime", "_pydatetime", "_strptime"):
        sys.modules.pop(name, None)
    sys.modules.update(
        _thread=threads.module, time=clock.module, _socket=socket_module, select=select_module, _random=random_module
    )
    # The pure implementation asks `time`.
    sys.modules["_datetime"] = None
    for name in ("_posixsubprocess", "_ssl", "_multiprocessing", "_ctypes", "_asyncio"):
        sys.modules[name] = None
    for name in PROCESSES:
        if hasattr(os, name):
            setattr(os, name, refuse(name))
            setattr(sys.modules[os.name], name, refuse(name))


def given(setup):
    """What a script has without an import."""
    import datetime

    messages.prepare(setup["api"], setup["defaults"], datetime.timedelta)
    names = dict(messages.classes)
    enums = {name: value for name, value in messages.gpio.items()}
    pins = ports.gpio(enums)
    names.update(node=ports.Node(setup["inputs"], setup["outputs"]), GPIO=pins)
    sys.modules["GPIO"] = pins
    return names


def ended(setup, error):
    """How the script ended, for the scheduler."""
    import traceback

    step = error.__traceback__
    while step is not None and step.tb_frame.f_code.co_filename.startswith("<oakc>"):
        step = step.tb_next
    # A frame of this program below the script's: of a call that refused something.
    told = traceback.TracebackException(type(error), error, step)
    kept = [frame for frame in told.stack if not frame.filename.startswith("<oakc>")]
    told.stack[:] = kept
    place = None
    for frame in kept:
        if frame.filename in threads.files:
            place = (frame.filename, frame.lineno)
    if isinstance(error, SyntaxError) and error.filename in threads.files:
        place = (error.filename, error.lineno or 1)
    try:
        text = str(error)
    except Exception:
        text = ""
    return type(error).__name__, text, "".join(told.format()), place


def run(setup, module):
    """The script's own code; how it ended."""
    text = finder.text(setup["source"])
    finder.remember(setup["name"], text)
    try:
        code = compile(text, setup["name"], "exec", dont_inherit=True)
        exec(code, module.__dict__)
        finish_threads()
    except SystemExit as error:
        return None if error.code in (None, 0) else ended(setup, error)
    except BaseException as error:
        sys.settrace(None)
        return ended(setup, error)
    return None


def finish_threads():
    """Waits for the threads that the script leaves, as an interpreter does at its end."""
    threading = sys.modules.get("threading")
    if threading is not None:
        threading._shutdown()


def main(setup, line, compiled):
    """A failure of this program itself is for the computer's stderr."""
    try:
        device(setup, line, compiled)
    except BaseException as error:
        step = error.__traceback__
        while step.tb_next is not None:
            step = step.tb_next
        words = "%s: %s (%s:%d)\n" % (type(error).__name__, error, step.tb_frame.f_code.co_filename, step.tb_lineno)
        os.write(2, words.encode())
        os._exit(70)


def device(setup, line, compiled):
    wire.begin(line)
    limits.apply(setup)
    wire.write((0, [(wire.LOG, 0, -1, compiled)]) if compiled else (0, []))
    wire._turn(wire.current)
    sys.flags, sys.argv[:], sys.path[:] = sys.flags, [""], finder.library_paths()
    faulthandler.enable(2, all_threads=True)
    gc.freeze()
    replace(setup)
    names = given(setup)
    sys.stdout, sys.stderr = ports.Printed(2), ports.Printed(4)
    sys.__stdout__, sys.__stderr__, sys.stdin = sys.stdout, sys.stderr, None
    threads.files.add(setup["name"])
    finder.install(setup["modules"], setup["paths"], threads.files)
    sys.modules["__main__"] = types.ModuleType("__main__")
    module = sys.modules["lpb"] = types.ModuleType("lpb")
    module.__dict__.update(names)
    limits.watch(setup["computing"], threads.files)
    how = run(setup, module)
    sys.settrace(None)
    sys.stdout.finish()
    sys.stderr.finish()
    wire.ask(wire.END, how)
    os._exit(0)
