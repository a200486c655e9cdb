"""Started as `python -m package.sub.main` by whoever wrote it."""
import depthai as dai

from ..settings import FPS

pipeline = dai.Pipeline()
pipeline.create(dai.node.MonoCamera).setFps(FPS)
dai.Device(pipeline)
