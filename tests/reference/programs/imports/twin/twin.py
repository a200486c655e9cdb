"""The module; its functions are called from outside."""
import depthai as dai

from .rate import RATE


def build():
    pipeline = dai.Pipeline()
    pipeline.create(dai.node.ColorCamera).setFps(RATE)
    return pipeline
