"""Asks the server every second, and says so when there was no answer for three seconds."""
import socket
import time

out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
out.settimeout(1)
heard = time.monotonic()
warned = False
while True:
    out.sendto(b"ping", ("10.77.0.2", 9000))
    try:
        out.recv(100)
        heard, warned = time.monotonic(), False
        time.sleep(1)
    except socket.timeout:
        pass
    if time.monotonic() - heard >= 3 and not warned:
        warned = True
        node.warn("the server is silent")
