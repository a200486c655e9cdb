"""Tells the till how many have entered altogether: to hear that twice does no harm."""
import socket

link = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
link.settimeout(0.11)


def tell(count):
    for _ in range(20):
        link.sendto(b"%d in all" % count, ("10.77.0.2", 9000))
        try:
            link.recv(100)
            return
        except socket.timeout:
            pass


total = 0
while True:
    count = len(node.io["tags"].get().aprilTags)
    if count:
        total += count
        tell(total)
