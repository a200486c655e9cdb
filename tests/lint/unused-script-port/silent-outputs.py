import time
rarely = False
while True:
    frame = node.io["in"].get()
    if rarely:
        node.io["rarely"].send(frame)
    node.io["out" if frame else "out"].send(frame)
    node.io[f"computed{int(time.time())}"].send(frame)
