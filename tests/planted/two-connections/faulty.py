"""Two threads report to a server: the tags in view, and how warm it is. They share a connection."""
import socket
import threading
import time

link = None
lock = threading.Lock()


def report(line):
    global link
    if link is None:
        link = socket.create_connection(("10.77.0.2", 4000), timeout=2)
    with lock:
        link.sendall(line.encode() + b"\n")


def temperature():
    time.sleep(0.1055)
    report("celsius 40")


threading.Thread(target=temperature).start()
while True:
    for tag in node.io["tags"].get().aprilTags:
        report(f"tag {tag.id}")
