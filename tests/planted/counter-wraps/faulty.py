"""Sends frames as RTP does: a number of 16 bits, a time of 32 bits, the frame."""
import socket
import struct

out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
while True:
    frame = node.io["frames"].get()
    head = struct.pack(">BBHII", 0x80, 26, frame.getSequenceNum(), 0, 7)
    out.sendto(head + bytes(frame.getData()), ("10.77.0.2", 5004))
