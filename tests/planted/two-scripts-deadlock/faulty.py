"""Asks another script for the names of the tags in view, and sends them on."""
import socket

out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
while True:
    tags = node.io["tags"].get().aprilTags
    for tag in tags:
        question = Buffer(1)
        question.setData(bytes([tag.id]))
        node.io["questions"].send(question)
    names = [bytes(node.io["answers"].get().getData()) for _ in tags]
    out.sendto(b", ".join(names), ("10.77.0.2", 9000))
