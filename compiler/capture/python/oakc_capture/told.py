"""What a program tells the camera while it runs. On a standalone camera nobody does, so the import has to say it."""
import sys

# Methods of a device that change how it runs, and what each returns.
CHANGES = {
    "setIrLaserDotProjectorBrightness": True,
    "setIrLaserDotProjectorIntensity": True,
    "setIrFloodLightBrightness": True,
    "setIrFloodLightIntensity": True,
    "setLogLevel": None,
    "setTimesync": None,
    "setSystemInformationLoggingRate": None,
    "setCalibration": None,
    "flashCalibration": True,
    "flashCalibration2": None,
    "flashFactoryCalibration": None,
    "factoryResetCalibration": None,
    "flashEepromClear": None,
    "flashFactoryEepromClear": None,
    "startIMUFirmwareUpdate": True,
}
LONGEST = 60  # of the arguments of a call, in characters


class Told:
    """The list of it: each kind once, as the program first does it."""

    def __init__(self, program):
        self.program = program
        self.found = {}

    def note(self, kind, name, detail=""):
        key = (kind, name, detail if kind == "sent" else "")
        self.found.setdefault(key, {"kind": kind, "name": name, "detail": detail, "line": self.line()})

    def line(self):
        """Where the program is."""
        frame = sys._getframe()
        while frame is not None and frame.f_code.co_filename != self.program:
            frame = frame.f_back
        return None if frame is None else frame.f_lineno

    def gone(self, name, new):
        """A method that does nothing any more, and what does the same now, if anything."""
        self.note("gone", name, new)

    def guessed(self, model, size):
        """A missing model that was asked for the size of its input."""
        self.note("guessed", model, size)

    def everything(self):
        return list(self.found.values())


def watch_device(dai, told):
    """Lets `told` learn what the program tells the stand-in `dai.Device`."""
    for name, result in CHANGES.items():
        setattr(dai.Device, name, changing(told, name, result))
    real = dai.Device.getInputQueue

    def queue(self, name="", *more, **named):
        made = real(self, name, *more, **named)
        send = made.send

        def tell(message, *others, **settings):
            told.note("sent", name, type(message).__name__)
            return send(message, *others, **settings)

        made.send = tell
        return made

    dai.Device.getInputQueue = queue


def changing(told, name, result):
    def method(self, *arguments, **named):
        texts = [repr(argument) for argument in arguments]
        texts += ["%s=%r" % pair for pair in named.items()]
        text = ", ".join(texts)
        told.note("device", name, text if len(text) <= LONGEST and "<" not in text else "…")
        return result

    return method
