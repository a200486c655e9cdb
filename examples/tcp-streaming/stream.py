"""Serves every frame to every viewer: 4 bytes of length (big-endian), then the JPEG, forever.

One thread and `select`: the interpreter shares a small processor with the network stack, and threads that wait
for frames and threads that wait for sockets would only take turns anyway.
"""
import select
import socket
import struct
import time

PORT = 5000
MAX_VIEWERS = 8
STALL_SECONDS = 5.0  # a viewer that takes no byte for so long is gone
POLL_SECONDS = 0.005  # how long a new frame may lie in its queue unnoticed


class Viewer:
    """One connection, with at most one frame on its way. A slow viewer misses frames; nobody waits for it."""

    def __init__(self, connection):
        connection.setblocking(False)
        # A frame is written in one go: holding back its tail would only add latency.
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

    def send(self):
        sent = self.connection.send(self.unsent)
        if sent:
            self.unsent = self.unsent[sent:]
            self.moved = time.monotonic()

    def hung_up(self):
        """Viewers have nothing to say: what arrives is thrown away, and its end means goodbye."""
        return not self.connection.recv(1024)

    def stalled(self):
        return bool(self.unsent) and time.monotonic() - self.moved > STALL_SECONDS


def listen():
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("", PORT))
    listener.listen(MAX_VIEWERS)
    listener.setblocking(False)
    return listener


def welcome(listener, viewers):
    connection, address = listener.accept()
    if len(viewers) >= MAX_VIEWERS:
        connection.close()  # the viewer sees the end of the stream at once, and tries again later
        return
    viewers.append(Viewer(connection))
    node.warn(f"viewer {address[0]} came, {len(viewers)} watching")


def attend(viewer, readable, writable):
    """Moves one connection on. Returns whether it still lives."""
    try:
        if viewer in readable and viewer.hung_up():
            return False
        if viewer in writable:
            viewer.send()
    except (BlockingIOError, InterruptedError):
        pass  # not ready after all
    except OSError:
        return False
    return not viewer.stalled()


def serve(listener):
    viewers = []
    while True:
        frame = node.io["frames"].tryGet()
        if frame is not None:
            jpeg = frame.getData()
            packet = struct.pack(">I", len(jpeg)) + bytes(jpeg)
            for viewer in viewers:
                viewer.offer(packet)
        readable, writable, _ = select.select(
            [listener] + viewers, [viewer for viewer in viewers if viewer.unsent], [], POLL_SECONDS
        )
        gone = [viewer for viewer in viewers if not attend(viewer, readable, writable)]
        for viewer in gone:
            viewer.connection.close()
            viewers.remove(viewer)
        if listener in readable:
            try:
                welcome(listener, viewers)
            except OSError:
                pass  # the caller left before it was its turn


while True:
    try:
        with listen() as listener:
            serve(listener)
    except OSError as error:  # the link went down: the address may come back with another lease
        node.warn(f"stream: {error}; again in a second")
        time.sleep(1)
