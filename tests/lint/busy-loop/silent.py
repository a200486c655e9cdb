import time

while True:
    frame = node.io["in"].tryGet()
    if frame is None:
        time.sleep(0.005)
        continue
    node.io["out"].send(frame)
