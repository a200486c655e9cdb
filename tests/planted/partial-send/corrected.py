"""Sends frames to a viewer, each after its length. A frame that is still going out keeps the next one back."""
import select
import socket
import struct

link = socket.create_connection(("10.77.0.2", 5000), timeout=5)
link.setblocking(False)
rest = b""
while True:
    frame = node.io["frames"].tryGet()
    if frame is not None and not rest:
        data = bytes(frame.getData())
        rest = struct.pack(">I", len(data)) + data
    if select.select([], [link] if rest else [], [], 0.01)[1]:
        rest = rest[link.send(rest):]
