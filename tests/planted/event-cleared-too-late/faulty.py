"""Tells a display how many tags are in view, whenever that changes."""
import json
import socket
import threading

state = {"tags": 0}
changed = threading.Event()


def tell():
    display = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    while True:
        changed.wait()
        message = json.dumps(state).encode()
        changed.clear()
        display.sendto(message, ("10.77.0.2", 9000))


threading.Thread(target=tell, daemon=True).start()
while True:
    count = len(node.io["tags"].get().aprilTags)
    if count != state["tags"]:
        state["tags"] = count
        changed.set()
