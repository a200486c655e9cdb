"""Sends frames over TCP, each after its length, and a sign of life ten times a second."""
import socket
import struct
import threading
import time

link = socket.create_connection(("10.77.0.2", 5000), timeout=5)
lock = threading.Lock()


def send(data):
    with lock:
        link.sendall(struct.pack(">I", len(data)))
        link.sendall(data)


def live():
    while True:
        send(b"alive")
        time.sleep(0.1)


threading.Thread(target=live, daemon=True).start()
while True:
    send(bytes(node.io["frames"].get().getData()))
