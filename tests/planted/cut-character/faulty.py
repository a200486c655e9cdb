"""Shows on a display what is sent to it."""
import socket

server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(("", 6000))
server.listen(1)
link, _ = server.accept()
text = ""
while True:
    data = link.recv(1000)
    if not data:
        break
    text += data.decode()
    while "\n" in text:
        line, text = text.split("\n", 1)
        node.warn(f"shown: {line}")
