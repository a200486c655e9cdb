import time
while True:
    frame = node.io["in"].get()
    node.warn("one more")
    node.io["out"].send(frame)
