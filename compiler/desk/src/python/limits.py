"""What a script's process may take, and what happens to one that never waits.

In:    the limits. Out: nothing; where a loop of the script runs on without asking the scheduler for anything, the
       scheduler is told its line, and the process waits to be ended. What counts is the time that this process computes,
       so a loaded machine changes nothing.
"""
import _thread
import signal
import sys
import time

import _oakc_wire as wire

_pause = time.sleep
# How often a thread is looked at within the time that it may compute, and the first look that keeps its frames: not
# every one does, since kept frames keep messages, which a pool may lack.
LOOKS = 12
KEPT_FROM = 4


def apply(setup):
    """Memory, files and stacks."""
    _thread.stack_size(512 << 10)
    try:
        import resource
    except ImportError:
        return
    for name, most in (("RLIMIT_AS", setup["memory"]), ("RLIMIT_CORE", 0), ("RLIMIT_FSIZE", setup["file_size"])):
        kind = getattr(resource, name, None)
        if kind is not None:
            try:
                resource.setrlimit(kind, (most, most))
            except (OSError, ValueError):
                pass


def watch(seconds, files):
    """From now on, a thread that computes for so long without asking for anything ends the script."""
    if not hasattr(signal, "setitimer"):
        return
    # By the number of a thread: what it had done when it was seen last, how often it was seen since then, and where.
    seen = {}

    def look(_, frame):
        fiber = wire.current
        done, looks, chains = seen.get(fiber.number, (-1, 0, None))
        if fiber.done != done:
            seen[fiber.number] = fiber.done, 0, []
            return
        looks += 1
        seen[fiber.number] = done, looks, chains
        if looks < KEPT_FROM:
            return
        running = fiber.ident
        top = frame if running is None else sys._current_frames().get(running)
        chains.append([(step, step.f_lasti) for step in outer(top)])
        if looks >= LOOKS:
            signal.setitimer(signal.ITIMER_PROF, 0, 0)
            report(chains, files)

    signal.signal(signal.SIGPROF, look)
    signal.setitimer(signal.ITIMER_PROF, seconds / LOOKS, seconds / LOOKS)


def keep_from_signals():
    """In a thread: the first one gets all signals."""
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGPROF})


def report(chains, files):
    chain = culprit(chains)
    place, lines = None, ["Traceback (most recent call last):\n"]
    for step in chain:
        code = step.f_code
        # The first two are of the program that has started this one.
        if code.co_filename.startswith("<oakc>") or "_oakc_start" in (code.co_name, *code.co_names):
            continue
        line = step.f_lineno
        if code.co_filename in files:
            line = loop_of(step)
            place = (code.co_filename, line)
        lines.append('  File "%s", line %d, in %s\n' % (code.co_filename, line, code.co_name))
    wire.write_at_last((wire.STUCK, wire.debt, place, "".join(lines)))
    while True:
        _pause(3600)


def culprit(chains):
    """The frames down to the outermost one that moves: it has the loop."""
    last = chains[-1]
    for depth, (step, at) in enumerate(last):
        for chain in chains:
            if depth >= len(chain) or chain[depth][0] is not step:
                return [step for step, _ in last[:max(depth, 1)]]
            if chain[depth][1] != at:
                return [step for step, _ in last[:depth + 1]]
    return [step for step, _ in last]


def outer(frame):
    chain = []
    while frame is not None:
        chain.append(frame)
        frame = frame.f_back
    chain.reverse()
    return chain


def loop_of(frame):
    """The line of the outermost loop around the frame's line, in its function; the line itself if there is none."""
    import ast
    import linecache

    line, code = frame.f_lineno, frame.f_code
    try:
        tree = ast.parse("".join(linecache.getlines(code.co_filename)))
    except (SyntaxError, ValueError):
        return line
    loops = [
        found.lineno for found in ast.walk(tree)
        if isinstance(found, (ast.For, ast.While)) and found.lineno <= line <= (found.end_lineno or 0)
        and found.lineno >= code.co_firstlineno
    ]
    return min(loops, default=line)
