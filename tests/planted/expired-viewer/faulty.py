"""Tells viewers over UDP how it is. They say hello again and again, and goodbye; who is silent is forgotten."""
import socket
import threading
import time

server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("", 6000))
viewers = {}


def listen():
    while True:
        data, address = server.recvfrom(100)
        if data == b"hello":
            viewers[address] = time.monotonic()
        elif data == b"bye" and address in viewers:
            del viewers[address]


threading.Thread(target=listen, daemon=True).start()
while True:
    for address in list(viewers):
        if time.monotonic() - viewers[address] > 2:
            del viewers[address]
        else:
            server.sendto(b"all is well", address)
    time.sleep(0.1)
