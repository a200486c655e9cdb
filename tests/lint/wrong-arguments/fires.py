import time


def scale(value, factor):
    return value * factor


# error[wrong-arguments] 1-9: `scale` is not given `factor`
scale(1)
# error[wrong-arguments] 1-19: `sleep` takes `float` for `seconds`, not `str`
time.sleep("soon")
cfg = ImageManipConfig()
# error[wrong-arguments] 1-25: `setCropRect` takes 1 or 4 arguments, not these 3
cfg.setCropRect(0, 0, 1)
# error[wrong-arguments] 1-26: `setResize` takes `int` for `w`, not `str`
cfg.setResize("300", 300)
# error[wrong-arguments] 1-28: `send` takes a message, not `str`
node.io["cfg"].send("crop")

while True:
    node.io["out"].send(node.io["frame"].get())
    node.io["cfg"].send(ImageManipConfig())
