"""The run of the program, from the arguments to the report."""
import os
import runpy
import sys
import threading
import traceback

from oakc_capture.devices import replace_devices
from oakc_capture.files import Files, replace_setters
from oakc_capture.modules import replace_modules
from oakc_capture.patience import Patience, Stop, replace_windows, shorten_sleep
from oakc_capture.pipelines import Pipelines
from oakc_capture.product import Product, keep_calibration_out
from oakc_capture.report import write_report


def main():
    program, out, seconds = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]), float(sys.argv[3])
    bound_files(int(sys.argv[4]))
    try:
        import depthai as dai
    except ImportError as error:
        return write_report(out, {"end": "no depthai", "error": str(error)})
    if not dai.__version__.startswith("2."):
        return write_report(out, {"end": "wrong depthai", "error": dai.__version__})
    capture = Capture(dai, program, out)
    capture.limit(seconds)
    capture.prepare()
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

    def __init__(self, dai, program, out):
        self.dai, self.program, self.out = dai, program, out
        self.patience = Patience()
        self.files = Files(program, out)
        self.pipelines = Pipelines(dai, out)
        self.product = Product(dai, out)
        self.stubs, self.error = [], None

    def limit(self, seconds):
        """Ends everything after that time."""

        def expire():
            self.report("expired")
            os._exit(0)

        timer = threading.Timer(seconds, expire)
        timer.daemon = True
        timer.start()

    def prepare(self):
        """Puts the stand-ins where the program finds them."""
        with open(self.program, encoding="utf-8", errors="replace") as file:
            source = file.read()
        sys.argv = [self.program]
        sys.path.insert(0, self.files.folder)
        replace_devices(self.dai, self.pipelines, self.patience, self.product)
        keep_calibration_out(self.product, self.dai.Pipeline)
        replace_setters(self.dai, self.files)
        self.stubs += replace_modules(source)
        if "cv2" in source:
            replace_windows(self.patience)
        shorten_sleep(self.patience)

    def run(self):
        """Runs the program, and reports."""
        end = self.ending()
        # A program that was stopped, or stopped itself, may have had more to add before it would have started them.
        self.pipelines.keep_made(cut=end == "stopped" or self.error is not None)
        self.report(end)

    def ending(self):
        """How the program ends."""
        try:
            runpy.run_path(self.program, run_name="__main__")
        except Stop:
            return "stopped"
        except SystemExit as exit:
            if isinstance(exit.code, str):
                self.error = exit.code
            elif exit.code:
                self.error = "exit code %s" % exit.code
            return "exited"
        except BaseException as error:
            self.error = self.describe(error)
            return "failed"
        return "finished"

    def describe(self, error):
        """What an exception says, and the last line of the program on the way to it."""
        text = "".join(traceback.format_exception_only(type(error), error)).strip()
        places = [at for at in traceback.extract_tb(error.__traceback__) if at.filename == self.program]
        return text + " (line %d)" % places[-1].lineno if places else text

    def report(self, end):
        with self.pipelines.lock:
            report = {"end": end, "error": self.error, "pipelines": self.pipelines.described}
            write_report(self.out, {**report, "models": self.files.models, "stubs": self.stubs,
                                    "asked": sorted(self.product.asked)})
