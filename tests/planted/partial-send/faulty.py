"""Sends frames to a viewer, each after its length. The frame loop must not wait, so the socket does not block."""
import socket
import struct

link = socket.create_connection(("10.77.0.2", 5000), timeout=5)
link.setblocking(False)
while True:
    data = bytes(node.io["frames"].get().getData())
    try:
        link.send(struct.pack(">I", len(data)) + data)
    except BlockingIOError:
        node.warn("a frame was left out")
