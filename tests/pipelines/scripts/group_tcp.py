"""Sends pictures that belong together."""
import socket
import struct

server = socket.socket()
server.bind(("", 5002))
server.listen()
while True:
    client, _ = server.accept()
    try:
        while True:
            group = node.io["group"].get()
            for name, message in group:
                data = bytes(message.getData())
                client.sendall(struct.pack("<16sI", name.encode(), len(data)) + data)
    except OSError:
        client.close()
