"""A program that fails half-way."""
import depthai as dai

pipeline = dai.Pipeline()
cam = pipeline.create(dai.node.ColorCamera)
script = pipeline.create(dai.node.Script)
script.setScript(open("gone.py").read())
cam.preview.link(script.inputs["frames"])
dai.Device(pipeline)
