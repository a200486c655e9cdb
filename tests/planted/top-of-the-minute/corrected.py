"""Sends a report at every full minute."""
import socket
import time

out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
minute = time.time() // 60
while True:
    if time.time() // 60 != minute:
        minute = time.time() // 60
        out.sendto(b"report", ("10.77.0.2", 9000))
    # There is work to do besides.
    time.sleep(1.01)
