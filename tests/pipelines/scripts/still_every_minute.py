"""Takes a picture a minute and serves the latest."""
import socket
import time

server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server.bind(("", 5001))
server.listen(1)
server.settimeout(60)
while True:
    control = CameraControl()
    control.setCaptureStill(True)
    node.io["control"].send(control)
    picture = node.io["jpeg"].get()
    try:
        client, _ = server.accept()
    except socket.timeout:
        continue
    try:
        client.sendall(bytes(picture.getData()))
    except OSError as error:
        node.warn(f"the picture was not sent: {error}")
    client.close()
