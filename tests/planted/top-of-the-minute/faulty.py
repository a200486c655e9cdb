"""Sends a report at every full minute."""
import socket
import time

out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
while True:
    if time.gmtime().tm_sec == 0:
        out.sendto(b"report", ("10.77.0.2", 9000))
    # There is work to do besides.
    time.sleep(1.01)
