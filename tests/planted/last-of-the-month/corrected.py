"""Sends how many have come, once a day."""
import socket
import time

out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
due = (time.time() // 86400 + 1) * 86400
while True:
    now = time.gmtime()
    if time.time() >= due:
        due += 86400
        out.sendto(b"0 have come", ("10.77.0.2", 9000))
    time.sleep(600)
