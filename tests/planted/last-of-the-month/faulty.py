"""Sends how many have come, once a day."""
import socket
import time

out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
due = time.gmtime().tm_mday + 1
while True:
    now = time.gmtime()
    if now.tm_mday == due:
        due = now.tm_mday + 1
        out.sendto(b"0 have come", ("10.77.0.2", 9000))
    time.sleep(600)
