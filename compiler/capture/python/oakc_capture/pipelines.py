"""The pipelines of the program: each that it uses is packaged as it is then."""
import filecmp
import os
import threading

FIRMWARE = b"MA2x" + bytes(60)


class Pipelines:
    """Those that were found, in OUT/N.dap, and what the report says of them."""

    def __init__(self, dai, out):
        self.out = out
        self.save = dai.DeviceBootloader.saveDepthaiApplicationPackage
        self.create = dai.DeviceBootloader.createDepthaiApplicationPackage
        self.pipeline_class = dai.Pipeline
        self.firmware = os.path.join(out, "firmware.cmd")
        with open(self.firmware, "wb") as file:
            file.write(FIRMWARE)
        self.kept, self.made, self.described, self.names = [], [], [], []
        self.lock = threading.RLock()
        self.watch(dai)

    def watch(self, dai):
        """Takes note of each pipeline that is made."""
        made = self.made

        class Pipeline(self.pipeline_class):
            def __init__(self, *arguments, **named):
                super().__init__(*arguments, **named)
                made.append(self)

        Pipeline.__module__ = self.pipeline_class.__module__
        dai.Pipeline = Pipeline

    def keep(self, pipeline, how, name="", cut=False):
        """Packages a pipeline that has nodes; one that has been before only if it gets its name now."""
        with self.lock:
            if not pipeline.getAllNodes():
                return
            known = [number for number, kept in enumerate(self.kept) if kept is pipeline]
            if known and (not name or self.names[known[0]]):
                return
            number = known[0] if known else len(self.described)
            path = self.path(number)
            self.save(path, pipeline, pathToCmd=self.firmware, compress=False, applicationName=name)
            if known:
                self.names[number] = self.described[number]["name"] = name
                return
            if self.is_copy(number, name):
                os.remove(path)
                return
            self.kept.append(pipeline)
            self.names.append(name)
            version = pipeline.getRequiredOpenVINOVersion()
            version = None if version is None else str(version).split("VERSION_")[-1]
            nodes = [node.getName() for node in sorted(pipeline.getAllNodes(), key=lambda node: node.id)]
            self.described.append({"how": how, "name": name, "openvino": version, "nodes": nodes, "cut": cut})

    def is_copy(self, number, name):
        """Whether the package with that number is one of those before: the same for another camera."""
        return any(
            self.names[other] == name and filecmp.cmp(self.path(other), self.path(number), shallow=False)
            for other in range(number)
        )

    def path(self, number):
        return os.path.join(self.out, "%d.dap" % number)

    def keep_given(self, arguments, how, name=""):
        """Packages those pipelines that are among the arguments of a call."""
        for argument in arguments:
            if isinstance(argument, self.pipeline_class):
                self.keep(argument, how, name)

    def keep_made(self, cut):
        """Packages those that were made, where the program has used none."""
        if self.described:
            return
        for pipeline in self.made:
            self.keep(pipeline, "made, but never started", cut=cut)
