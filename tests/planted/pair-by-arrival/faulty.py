"""Sends each frame with the number of features that were found in it."""
import socket

out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
count = 0
while True:
    frame = node.io["frames"].get()
    found = node.io["features"].tryGet()
    if found is not None:
        count = len(found.trackedFeatures)
    out.sendto(b"%d features: " % count + bytes(frame.getData()), ("10.77.0.2", 9000))
