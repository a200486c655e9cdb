"""Other scripts of the camera ask here for the settings."""
import socket

server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(("127.0.0.1", 7000))
server.listen(4)
while True:
    link, _ = server.accept()
    link.sendall(b"level=3\n")
    link.close()
