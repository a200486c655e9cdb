"""Keeps the numbers of the last five frames: when a tag comes into view, it tells which ones led up to it."""
import time

last = []
while True:
    frame = node.io["frames"].tryGet()
    if frame is not None:
        last.append(frame.getSequenceNum())
        if len(last) > 5:
            del last[0]
    if node.io["tags"].tryGet() is not None:
        node.warn(f"tag, after frames up to {last[-1]}")
    time.sleep(0.005)
