"""Takes orders over TCP."""
import json
import socket

server = socket.socket()
server.bind(("0.0.0.0", 5003))
server.listen()
while True:
    client, _ = server.accept()
    try:
        order = json.loads(client.recv(1024) or b"{}")
    except (OSError, ValueError):
        client.close()
        continue
    control = CameraControl()
    if "focus" in order:
        control.setManualFocus(order["focus"])
    node.io["control"].send(control)
    client.close()
