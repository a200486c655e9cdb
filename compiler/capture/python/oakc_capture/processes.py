"""Processes and threads of the program: processes run as threads, so that their pipelines are seen."""
import concurrent.futures
import concurrent.futures.process
import copy
import itertools
import multiprocessing
import multiprocessing.context
import multiprocessing.dummy
import multiprocessing.pool
import os
import subprocess
import threading
import time
import traceback

from oakc_capture.patience import Stop

AFTER_A_PIPELINE = 2.0  # how long other threads may go on when the program has ended, in seconds
FOR_DAEMONS = 5.0  # how long one that the program would not wait for may still come up with a pipeline
LOOK = 0.02
NO_PROCESS = 1 << 22  # no process has a number as high as that
sleep = time.sleep  # the program gets another one


class Failures:
    """What ended threads of the program; only the first of it is told."""

    def __init__(self, describe):
        self.describe, self.first = describe, None

    def note(self, error, where):
        if isinstance(error, (Stop, SystemExit)):
            return
        traceback.print_exception(type(error), error, error.__traceback__)
        self.first = self.first or "%s, in %s" % (self.describe(error), where)


def replace_processes(failures):
    """Lets every way to start a process start a thread."""

    ThreadPopen.failures = failures
    for name in ("Process", "ForkProcess", "SpawnProcess", "ForkServerProcess"):
        found = getattr(multiprocessing.context, name, None)
        if found is not None:
            found._Popen = staticmethod(ThreadPopen)
    multiprocessing.Pool = pool
    multiprocessing.context.BaseContext.Pool = lambda self, *arguments, **options: pool(*arguments, **options)
    multiprocessing.Manager = Manager
    multiprocessing.context.BaseContext.Manager = lambda self: Manager()

    class ProcessPoolExecutor(concurrent.futures.ThreadPoolExecutor):
        def __init__(self, max_workers=None, mp_context=None, initializer=None, initargs=(), **_):
            super().__init__(max_workers, "", initializer, initargs)

    concurrent.futures.ProcessPoolExecutor = concurrent.futures.process.ProcessPoolExecutor = ProcessPoolExecutor
    threading.excepthook = lambda found: failures.note(found.exc_value, "the thread %s" % found.thread.name)


def pool(processes=None, initializer=None, initargs=(), *_, **__):
    return multiprocessing.pool.ThreadPool(processes, initializer, initargs)


class Manager:
    """What `multiprocessing.Manager` returns: threads share objects as they are."""

    def __getattr__(self, name):
        return getattr(multiprocessing.dummy, name)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass


def watch_programs():
    """The list of programs in Python that the program starts."""
    started, real, system = [], subprocess.Popen.__init__, os.system

    def note(words):
        words = words.split() if isinstance(words, str) else words
        words = list(map(str, words)) if isinstance(words, (list, tuple)) else []
        started.extend(word for word in words if word.endswith(".py"))

    def popen(self, args, *arguments, **options):
        note(args)
        real(self, args, *arguments, **options)

    def run(command):
        note(command)
        return system(command)

    subprocess.Popen.__init__, os.system = popen, run
    return started


class ThreadPopen:
    """What `multiprocessing.Process` has of its process: here, a thread with a copy of what it was given."""

    method = "fork"
    failures = None
    numbers = itertools.count(NO_PROCESS)

    def __init__(self, process):
        # Whoever ends the process by this number ends nothing.
        self.pid, self.returncode = next(self.numbers), None
        self.sentinel, self.writer = os.pipe()
        # `start` empties the original.
        self.process = copy.copy(process)
        self.thread = threading.Thread(target=self.run, name=process.name, daemon=process.daemon)
        self.thread.start()

    def run(self):
        try:
            self.process.run()
            self.end(0)
        except BaseException as error:
            self.failures.note(error, "the process %s" % self.process.name)
            self.end(0 if isinstance(error, (Stop, SystemExit)) else 1)

    def end(self, code):
        if self.returncode is None:
            self.returncode = code
            os.close(self.writer)

    def poll(self, flag=None):
        return self.returncode

    def wait(self, timeout=None):
        if self.returncode is None:
            self.thread.join(timeout)
        return self.returncode

    def terminate(self):
        """A thread cannot be ended. It goes on, and the program believes that it does not."""
        self.end(-15)

    kill = interrupt = terminate

    def close(self):
        pass


def wait_for_threads(has_pipeline):
    """Waits for the threads of the program at its end: for daemons only as long as there is no pipeline, and for the
    others not for long where there is one."""
    begin, found = time.monotonic(), None
    while True:
        others = [thread for thread in threading.enumerate() if is_of_the_program(thread)]
        now = time.monotonic()
        found = found or (now if has_pipeline() else None)
        lasting = [thread for thread in others if not thread.daemon]
        patient = now < begin + FOR_DAEMONS if found is None else now < found + AFTER_A_PIPELINE
        if not others or (found is not None and not lasting) or not (patient or (lasting and found is None)):
            return
        sleep(LOOK)


def is_of_the_program(thread):
    return thread is not threading.current_thread() and not isinstance(thread, threading.Timer)
