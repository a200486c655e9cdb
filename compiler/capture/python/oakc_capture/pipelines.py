"""The pipelines of the program: each that it uses is packaged as it is then."""
import os
import threading

FIRMWARE = b"MA2x" + bytes(60)


class Pipelines:
    """Those that were found, in OUT/N.dap, and what the report says of them."""

    def __init__(self, dai, out):
        self.out = out
        self.save = dai.DeviceBootloader.saveDepthaiApplicationPackage
        self.pipeline_class = dai.Pipeline
        self.firmware = os.path.join(out, "firmware.cmd")
        with open(self.firmware, "wb") as file:
            file.write(FIRMWARE)
        self.kept, self.made, self.described = [], [], []
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
        """Packages a pipeline that has nodes, unless it has been before."""
        with self.lock:
            if any(pipeline is known for known in self.kept) or not pipeline.getAllNodes():
                return
            number = len(self.described)
            path = os.path.join(self.out, "%d.dap" % number)
            self.save(path, pipeline, pathToCmd=self.firmware, compress=False, applicationName=name)
            self.kept.append(pipeline)
            version = pipeline.getRequiredOpenVINOVersion()
            version = None if version is None else str(version).split("VERSION_")[-1]
            nodes = [node.getName() for node in sorted(pipeline.getAllNodes(), key=lambda node: node.id)]
            self.described.append({"how": how, "openvino": version, "nodes": nodes, "cut": cut})

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
