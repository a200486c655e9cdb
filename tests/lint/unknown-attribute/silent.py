import json
import time


class Counter:
    def __init__(self):
        self.count = 0

    def __getattr__(self, name):
        return name


counter = Counter()
node.warn(counter.anything)
frame = node.io["frame"].get()
if hasattr(frame, "getWeight"):
    node.warn(frame.getWeight())
value = json.loads("1")
value.anything()
node.warn(f"{frame.getWidth()} {time.monotonic()}")

while True:
    node.io["out"].send(node.io["frame"].get())
    node.io["cfg"].send(ImageManipConfig())
