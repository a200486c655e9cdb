import json
import time

# error[unknown-attribute] 6-10: the module `time` has no attribute `slep`
time.slep(1)
frame = node.io["frame"].get()
# error[unknown-attribute] 7-17: `ImgFrame` has no attribute `detections`
frame.detections
# error[unknown-attribute] 7-17: `ImgFrame` has no attribute `getCvFrame`
frame.getCvFrame()
# error[unknown-attribute] 18-21: the port `frame` has no attribute `Get`
node.io["frame"].Get()
cfg = ImageManipConfig()
# error[unknown-attribute] 5-21: `ImageManipConfig` has no attribute `setCropRectangle`
cfg.setCropRectangle(0, 0, 1, 1)
# error[unknown-attribute] 5-10: `ImageManipConfig` has no attribute `width`
cfg.width = 3
# error[unknown-attribute] 17-23: `str` has no attribute `decode`
json.dumps([1]).decode()
# error[unknown-attribute] 1-12: `node` has no attribute `inputs`
node.inputs["frame"].get()

while True:
    node.io["out"].send(node.io["frame"].get())
    node.io["cfg"].send(ImageManipConfig())
