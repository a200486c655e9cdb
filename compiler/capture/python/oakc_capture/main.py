"""The run of the program, from the arguments to the report."""
import os
import sys
import threading
import traceback
import warnings

from oakc_capture.blobs import replace_blob
from oakc_capture.calls import Call, NotCalled
from oakc_capture.cameras import Cameras
from oakc_capture.candidates import candidates
from oakc_capture.devices import replace_devices
from oakc_capture.files import Files, replace_setters
from oakc_capture.modules import Missing, find_modules
from oakc_capture.moved_names import find_moved_names
from oakc_capture.old_names import restore_names
from oakc_capture.packaging import replace_configuration, replace_packaging
from oakc_capture.patience import Patience, Stop, replace_keyboard, replace_windows, shorten_sleep
from oakc_capture.pipelines import Pipelines
from oakc_capture.processes import Failures, replace_processes, wait_for_threads, watch_programs
from oakc_capture.product import Product, keep_calibration_out
from oakc_capture.program import play
from oakc_capture.reading import replace_reading
from oakc_capture.report import write_report
from oakc_capture.told import Told, watch_device


def main():
    program, out, seconds, size, home, call = sys.argv[1:7]
    bound_files(int(size))
    try:
        import depthai as dai
    except ImportError as error:
        return write_report(out, {"end": "no depthai", "error": str(error)})
    if not dai.__version__.startswith("2."):
        return write_report(out, {"end": "wrong depthai", "error": dai.__version__})
    capture = Capture(dai, program, out, home, call)
    capture.limit(float(seconds))
    capture.prepare(sys.argv[7:])
    capture.run()
    # Threads of the program may still wait for a camera.
    os._exit(0)


def bound_files(size):
    """No file gets larger than that."""
    try:
        import resource
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    except (ImportError, ValueError, OSError):
        pass


class Capture:
    """One program and what is found of it."""

    def __init__(self, dai, program, out, home, call):
        self.dai, self.program, self.out, self.call = dai, program, out, call
        self.patience = Patience()
        self.files = Files(program, out, home)
        self.pipelines = Pipelines(dai, out)
        self.product = Product(dai, out)
        self.told = Told(program)
        self.cameras = Cameras(self.dai, self.sources)
        self.modules, self.failures = Missing(), Failures(self.describe)
        self.error, self.needs, self.candidates, self.started = None, [], [], []

    def limit(self, seconds):
        """Ends everything after that time."""

        def expire():
            self.report("expired")
            os._exit(0)

        timer = threading.Timer(seconds, expire)
        timer.daemon = True
        timer.start()

    def prepare(self, arguments):
        """Puts the stand-ins where the program finds them."""
        # The end of what it prints is quoted, and should be its own words.
        warnings.simplefilter("ignore", DeprecationWarning)
        sys.argv = [self.program, *arguments]
        sys.path.insert(0, os.path.dirname(self.program))
        replace_devices(self.dai, self.pipelines, self.patience, self.product, self.cameras)
        keep_calibration_out(self.product, self.dai.Pipeline)
        replace_packaging(self.dai, self.pipelines, self.files)
        replace_configuration(self.dai, self.pipelines)
        watch_device(self.dai, self.told)
        replace_setters(self.dai, self.files)
        replace_blob(self.dai, self.files, self.told)
        restore_names(self.dai, self.told)
        find_modules(self.program, self.modules)
        find_moved_names()
        replace_windows(self.patience)
        replace_keyboard(self.patience)
        shorten_sleep(self.patience)
        replace_processes(self.failures)
        self.started = watch_programs()
        replace_reading(self.files)

    def run(self):
        """Runs the program, and reports."""
        end = self.ending()
        wait_for_threads(lambda: self.pipelines.described)
        self.error = self.error or self.failures.first
        # A program that was stopped, or stopped itself, may have had more to add before it would have started them.
        self.pipelines.keep_made(cut=end == "stopped" or self.error is not None)
        if not self.pipelines.described and self.started:
            self.error = self.error or "it starts %s, so import that" % " and ".join(self.started)
        if not self.pipelines.described:
            self.candidates = candidates(self.sources())
        self.report(end)

    def sources(self):
        """The text of the program, and of the modules beside it that it imported."""
        places = {self.program: ""}
        for name, module in sorted(sys.modules.items()):
            path = getattr(module, "__file__", None)
            ours = name == "__main__" or name.startswith("oakc_capture")
            if isinstance(path, str) and self.modules.is_own(path) and not ours:
                places.setdefault(path, name)
        for path, name in places.items():
            if path.endswith(".py"):
                with open(path, encoding="utf-8", errors="replace") as file:
                    yield name, file.read()

    def ending(self):
        """How the program ends."""
        try:
            self.play()
        except Stop:
            return "stopped"
        except NotCalled as error:
            self.error, self.needs = error.reason, error.needs
            return "not called"
        except SystemExit as exit:
            if isinstance(exit.code, str):
                self.error = exit.code
            elif isinstance(exit.code, int) and exit.code:
                self.error = "exit code %s" % exit.code
            return "exited"
        except BaseException as error:
            self.error = self.describe(error)
            return "failed"
        return "finished"

    def play(self):
        """Runs the program, or the function that is asked for."""
        if not self.call:
            play(self.program)
            return
        made = Call(self.call).make(self.dai, self.program)
        made = made if isinstance(made, (tuple, list)) else [made]
        self.pipelines.keep_given(made, "made by " + self.call)

    def describe(self, error):
        """What an exception says, and the last line of the program on the way to it."""
        text = "".join(traceback.format_exception_only(type(error), error)).strip()
        places = [at for at in traceback.extract_tb(error.__traceback__) if at.filename == self.program]
        return text + " (line %d)" % places[-1].lineno if places else text

    def report(self, end):
        with self.pipelines.lock:
            report = {"end": end, "error": self.error, "pipelines": self.pipelines.described}
            report.update(models=self.files.models, told=self.told.everything(), asked=sorted(self.product.asked))
            report.update(candidates=self.candidates, needs=self.needs)
            report.update(stubs=self.modules.names, essential=self.modules.essential)
            report.update(invented=self.modules.invented())
            write_report(self.out, report)
