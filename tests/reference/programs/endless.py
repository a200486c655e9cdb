"""Starts a pipeline and never ends."""
import depthai as dai

pipeline = dai.Pipeline()
pipeline.create(dai.node.SystemLogger).setRate(2)
device = dai.Device(pipeline)
while True:
    pass
