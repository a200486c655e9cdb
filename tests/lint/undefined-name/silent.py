import time

try:
    text = unicode("x")
except NameError:
    text = "x"
track = False
if track:
    tracker.update(text)
total = 0


def count():
    global total
    total += 1
    return late + total


late = 1
time.sleep(count())
names = [name for name in globals()]
node.warn(__name__ + str(Clock.now()))

while True:
    node.io["out"].send(node.io["frame"].get())
    node.io["cfg"].send(ImageManipConfig())
