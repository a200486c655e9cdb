"""Takes commands over UDP, and hands them to the recorder."""
import socket

server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("", 6000))
while True:
    data, _ = server.recvfrom(100)
    message = Buffer(len(data))
    message.setData(data)
    node.io["out"].send(message)
