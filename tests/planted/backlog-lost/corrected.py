"""Sends a line for each tag, and keeps the lines while the server is away."""
import socket
import time


class Link:
    def __init__(self):
        self.waiting = []
        self.connect()

    def connect(self):
        self.socket = socket.create_connection(("10.77.0.2", 4000), timeout=1)
        self.answers = self.socket.makefile("rb")

    def send(self, line):
        self.waiting.append(line)
        try:
            while self.waiting:
                self.socket.sendall(self.waiting[0])
                if self.answers.readline() != b"ok\n":
                    raise OSError("no answer")
                del self.waiting[0]
        except OSError:
            time.sleep(0.2)
            try:
                self.connect()
            except OSError:
                pass


link = Link()
while True:
    for tag in node.io["tags"].get().aprilTags:
        link.send(b"tag %d\n" % tag.id)
