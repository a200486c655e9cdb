"""Stand-ins for what flashes and packages: each pipeline is kept under the name that it gets there."""


def replace_packaging(dai, pipelines, files):
    """Puts them into the stand-in `dai.DeviceBootloader`."""
    bootloader = dai.DeviceBootloader

    def flash(self, *arguments, **named):
        pipelines.keep_given([*arguments, *named.values()], "flashed", name_of(arguments, named))
        return True, ""

    def create(*arguments, **named):
        pipelines.keep_given([*arguments, *named.values()], "packaged", name_of(arguments, named))
        pipeline = next(a for a in [*arguments, *named.values()] if isinstance(a, pipelines.pipeline_class))
        return pipelines.create(pipeline, pathToCmd=pipelines.firmware)

    def save(*arguments, **named):
        """Writes the package that the program counts on, around the stand-in firmware."""
        path, rest = (named["path"], arguments) if "path" in named else (arguments[0], arguments[1:])
        package = bytes(create(*rest, **{key: value for key, value in named.items() if key != "path"}))
        with open(files.writable(path), "wb") as file:
            file.write(package)

    bootloader.flash = flash
    bootloader.flashDepthaiApplicationPackage = lambda self, *_, **__: (True, "")
    bootloader.createDepthaiApplicationPackage = staticmethod(create)
    bootloader.saveDepthaiApplicationPackage = staticmethod(save)


def name_of(arguments, named):
    """The application's name in a call of any of them: what follows `compress`, which follows the pipeline."""
    if "applicationName" in named:
        return named["applicationName"]
    flags = [position for position, argument in enumerate(arguments) if isinstance(argument, bool)]
    name = arguments[flags[0] + 1] if flags and flags[0] + 1 < len(arguments) else ""
    return name if isinstance(name, str) else ""


def replace_configuration(dai, pipelines):
    """A device that gets its configuration or OpenVINO release by itself gives both to the pipelines that it starts."""
    device = dai.Device
    make, start = device.__init__, device.startPipeline

    def __init__(self, *arguments, **named):
        given = [*arguments, *named.values()]
        configuration = next((a for a in given if isinstance(a, device.Config)), None)
        release = next((a for a in given if isinstance(a, dai.OpenVINO.Version)), None)
        self.configured = configuration, release if configuration is None else configuration.version
        configure(dai, pipelines, self.configured, given)
        make(self, *arguments, **named)

    def startPipeline(self, *arguments, **named):
        configure(dai, pipelines, self.configured, [*arguments, *named.values()])
        return start(self, *arguments, **named)

    device.__init__, device.startPipeline = __init__, startPipeline


def configure(dai, pipelines, configured, given):
    """Gives them to those pipelines that are among the arguments of a call."""
    configuration, release = configured
    for pipeline in given:
        if not isinstance(pipeline, pipelines.pipeline_class):
            continue
        if configuration is not None:
            pipeline.setBoardConfig(configuration.board)
        # A device would refuse a pipeline that requires another one.
        chosen = release not in (None, dai.OpenVINO.VERSION_UNIVERSAL)
        required = pipeline.getRequiredOpenVINOVersion()
        if chosen and (required is None or dai.OpenVINO.areVersionsBlobCompatible(required, release)):
            pipeline.setOpenVINOVersion(release)
