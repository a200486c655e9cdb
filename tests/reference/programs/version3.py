"""A program for DepthAI v3."""
import depthai as dai

with dai.Pipeline() as pipeline:
    camera = pipeline.create(dai.node.Camera).build(dai.CameraBoardSocket.CAM_A)
    queue = camera.requestOutput((640, 400)).createOutputQueue()
    pipeline.start()
    queue.get()
