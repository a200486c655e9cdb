"""Posts tags with two threads, as posting is slow; both also send a sign of life each second."""
import socket
import threading
import time


def work(name):
    out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    alive = time.monotonic()
    while True:
        found = node.io["tags"].tryGet()
        if found is not None:
            for tag in found.aprilTags:
                out.sendto(b"tag %d" % tag.id, ("10.77.0.2", 9000))
                time.sleep(0.02)
        if time.monotonic() - alive > 1:
            alive = time.monotonic()
            out.sendto(b"alive " + name, ("10.77.0.2", 9000))
        time.sleep(0.01)


threading.Thread(target=work, args=(b"one",)).start()
work(b"two")
