"""Counts who enters (tag 1) and who leaves (tag 2), and tells a display ten times a second."""
import json
import socket
import threading
import time


class Counter:
    def __init__(self):
        self.lock = threading.Lock()
        self.entered = 0
        self.left = 0

    def count(self, tag):
        with self.lock:
            if tag == 1:
                self.entered += 1
            else:
                self.left += 1

    def report(self):
        with self.lock:
            return {"entered": self.entered, "left": self.left, "inside": self.entered - self.left}


counter = Counter()


def tell():
    display = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    while True:
        time.sleep(0.1)
        display.sendto(json.dumps(counter.report()).encode(), ("10.77.0.2", 9000))


threading.Thread(target=tell, daemon=True).start()
while True:
    for tag in node.io["tags"].get().aprilTags:
        counter.count(tag.id)
