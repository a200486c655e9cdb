"""Sends what arrives to whoever connects."""
import socket
import struct

server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server.bind(("0.0.0.0", 5000))
server.listen()
while True:
    client, address = server.accept()
    node.warn(f"{address} connected")
    try:
        while True:
            data = node.io["in"].get().getData()
            client.sendall(struct.pack("<I", len(data)) + bytes(data))
    except (BrokenPipeError, ConnectionResetError):
        client.close()
