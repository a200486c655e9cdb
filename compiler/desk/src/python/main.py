"""Runs a script as the camera does, in virtual time or in real time: `_oakc_world` is one or the other.

In:    what the scheduler says about it. Out: its log, its messages, how it ended. Never: a module that its processor
       does not have, or a process of the computer. What it does to files is its own business.
"""
import faulthandler
import gc
import os
import sys
import types

import _oakc_finder as finder
import _oakc_limits as limits
import _oakc_ports as ports
import _oakc_table as table
import _oakc_threads as threads
import _oakc_wire as wire
import _oakc_world as world


def refuse(name):
    def call(*_, **__):
        raise PermissionError(1, "a camera has no processes: os.%s" % name)

    return call


PROCESSES = (
    "system popen fork forkpty execv execve execl execle execlp execlpe execvp execvpe posix_spawn posix_spawnp "
    "spawnv spawnve spawnl spawnle spawnlp spawnlpe spawnvp spawnvpe kill killpg abort setsid setpgid setpgrp"
).split()


def replace(setup):
    """Puts what a camera has in the place of what the computer has."""
    # They are imported anew, on what replaces the modules below them.
    for name in ("threading", "socket", "selectors", "queue"):
        sys.modules.pop(name, None)
    world.replace(setup)
    for name in ("_posixsubprocess", "_ssl", "_multiprocessing", "_ctypes", "_asyncio"):
        sys.modules[name] = None
    for name in PROCESSES:
        if hasattr(os, name):
            setattr(os, name, refuse(name))
            setattr(sys.modules[os.name], name, refuse(name))


def given(setup):
    """What a script has without an import."""
    import datetime

    table.prepare(setup["api"], setup["defaults"], datetime.timedelta)
    names = dict(table.classes)
    enums = {name: value for name, value in table.gpio.items()}
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
    # As a traceback names it: `struct.error`.
    kind = type(error)
    is_plain = kind.__module__ in ("builtins", "lpb", None)
    name = kind.__qualname__ if is_plain else "%s.%s" % (kind.__module__, kind.__qualname__)
    return name, text, "".join(told.format()), place


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
    wire.wait_for_start()
    sys.flags, sys.argv[:], sys.path[:] = sys.flags, [""], finder.library_paths()
    faulthandler.enable(2, all_threads=True)
    gc.freeze()
    replace(setup)
    names = given(setup)
    sys.stdout, sys.stderr = ports.Printed(2), ports.Printed(4)
    sys.__stdout__, sys.__stderr__, sys.stdin = sys.stdout, sys.stderr, None
    threads.files.add(setup["name"])
    threads.by_instruction = setup["by_instruction"]
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
