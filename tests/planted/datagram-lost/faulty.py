"""Reports tags over UDP."""
import socket

out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
while True:
    for tag in node.io["tags"].get().aprilTags:
        out.sendto(b"tag %d" % tag.id, ("10.77.0.2", 9000))
