import json
import socket

udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
while True:
    tags = node.io["tags"].get().aprilTags
    udp.sendto(json.dumps([tag.id for tag in tags]).encode(), ("192.168.1.20", 4004))
