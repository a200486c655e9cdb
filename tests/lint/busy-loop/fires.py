# warning[busy-loop] 1-11: this loop never waits
while True:
    frame = node.io["in"].tryGet()
    if frame is not None:
        node.io["out"].send(frame)
