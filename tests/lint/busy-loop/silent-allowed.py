# oakc: allow(busy-loop)
while True:
    frame = node.io["in"].tryGet()
    if frame is not None:
        node.io["out"].send(frame)
