"""Serves every message to every client: 4 bytes of length (big-endian), then the message, forever.

Detections and tracklets are JSON; of anything else its bytes are sent as they are: a JPEG from an encoder, raw pixels
from a camera, the tensors of a network.
"""
import json
import select
import socket
import struct
import time

PORT = 5000
MAX_CLIENTS = 8
STALL_SECONDS = 5.0  # a client that takes no byte for so long is gone
POLL_SECONDS = 0.005  # how long a message may lie in its queue unnoticed


def box(found):
    place = {"label": found.label, "confidence": found.confidence}
    place.update(xmin=found.xmin, ymin=found.ymin, xmax=found.xmax, ymax=found.ymax)
    if hasattr(found, "spatialCoordinates"):
        at = found.spatialCoordinates
        place.update(x=at.x, y=at.y, z=at.z)
    return place


def track(found):
    roi = found.roi
    return {"id": found.id, "label": found.label, "x": roi.x, "y": roi.y, "width": roi.width, "height": roi.height}


def payload(message):
    if hasattr(message, "detections"):
        return json.dumps([box(found) for found in message.detections]).encode()
    if hasattr(message, "tracklets"):
        return json.dumps([track(found) for found in message.tracklets]).encode()
    return bytes(message.getData())


class Client:
    """One connection, with at most one message on its way. A slow client misses some; nobody waits for it."""

    def __init__(self, connection):
        connection.setblocking(False)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.connection = connection
        self.unsent = memoryview(b"")
        self.moved = time.monotonic()

    def fileno(self):
        return self.connection.fileno()

    def offer(self, packet):
        if not self.unsent:
            self.unsent = memoryview(packet)
            self.moved = time.monotonic()

    def attend(self, readable, writable):
        """Moves the connection on. Returns whether it still lives."""
        try:
            if self in readable and not self.connection.recv(1024):
                return False  # clients have nothing to say but goodbye
            if self in writable:
                sent = self.connection.send(self.unsent)
                if sent:
                    self.unsent = self.unsent[sent:]
                    self.moved = time.monotonic()
        except (BlockingIOError, InterruptedError):
            pass  # not ready after all
        except OSError:
            return False
        return not self.unsent or time.monotonic() - self.moved < STALL_SECONDS


def listen():
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("", PORT))
    listener.listen(MAX_CLIENTS)
    listener.setblocking(False)
    return listener


def welcome(listener, clients):
    try:
        connection, _ = listener.accept()
    except OSError:
        return  # the caller left before it was its turn
    if len(clients) < MAX_CLIENTS:
        clients.append(Client(connection))
    else:
        connection.close()


def serve(listener):
    clients = []
    while True:
        message = node.io["stream"].tryGet()
        if message is not None and clients:
            data = payload(message)
            for client in clients:
                client.offer(struct.pack(">I", len(data)) + data)
        waiting = [client for client in clients if client.unsent]
        readable, writable, _ = select.select([listener] + clients, waiting, [], POLL_SECONDS)
        for client in [client for client in clients if not client.attend(readable, writable)]:
            client.connection.close()
            clients.remove(client)
        if listener in readable:
            welcome(listener, clients)


while True:
    try:
        with listen() as listener:
            serve(listener)
    except OSError as error:  # the link went down: the address may come back with another lease
        node.warn(f"stream: {error}; again in a second")
        time.sleep(1)
