"""Sends a report once a day, soon after the day has begun."""
import socket
import time

out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
reported = time.gmtime().tm_yday
while True:
    today = time.gmtime().tm_yday
    if today > reported:
        reported = today
        out.sendto(b"day %d" % today, ("10.77.0.2", 9000))
    time.sleep(600)
