import time


def scale(value, factor=2, *more, **others):
    return value * factor


scale(1)
scale(1, 2, 3, name=4)
values = [1, 2]
scale(*values)
time.sleep(0)
cfg = ImageManipConfig()
cfg.setCropRect(0, 0, 1, 1)
cfg.setResize(300, 300)
message = Buffer(30)
message.setData(b"x")

while True:
    node.io["out"].send(node.io["frame"].get())
    node.io["cfg"].send(ImageManipConfig())
