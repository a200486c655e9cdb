"""Asks another script for the names of the tags in view, and sends them on."""
import socket

out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
while True:
    names = []
    for tag in node.io["tags"].get().aprilTags:
        question = Buffer(1)
        question.setData(bytes([tag.id]))
        node.io["questions"].send(question)
        names.append(bytes(node.io["answers"].get().getData()))
    out.sendto(b", ".join(names), ("10.77.0.2", 9000))
