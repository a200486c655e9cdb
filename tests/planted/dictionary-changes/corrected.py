"""Remembers when each tag was last seen; every half second, a collector is told of those in view."""
import socket
import threading
import time

last_seen = {}


def tell():
    collector = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    while True:
        time.sleep(0.5)
        now = time.monotonic()
        count = 0
        for tag, seen in list(last_seen.items()):
            if now - seen < 5:
                count += 1
        collector.sendto(b"in view: %d" % count, ("10.77.0.2", 9000))


threading.Thread(target=tell, daemon=True).start()
while True:
    for tag in node.io["tags"].get().aprilTags:
        last_seen[tag.id] = time.monotonic()
