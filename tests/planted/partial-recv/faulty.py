"""Takes settings over TCP: a length of two bytes, and JSON."""
import json
import socket
import struct

server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(("", 6000))
server.listen(1)
while True:
    link, _ = server.accept()
    with link:
        length = struct.unpack(">H", link.recv(2))[0]
        settings = json.loads(link.recv(length))
        node.warn(f"exposure is {settings['exposure']}")
        link.sendall(b"thanks")
