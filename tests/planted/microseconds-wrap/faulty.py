"""Sends a beat with the camera's clock in microseconds every 10 seconds."""
import socket
import struct
import time

out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
while True:
    micros = int(time.monotonic() * 1000000)
    out.sendto(b"beat" + struct.pack(">I", micros), ("10.77.0.2", 9000))
    time.sleep(10)
