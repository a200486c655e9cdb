import http.client
import socket

TARGET = ("10.0.0.1", 5000)


def connected():
    stream = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    # warning[unguarded-connect] 5-27: `connect` is not inside a `try`
    stream.connect(TARGET)
    return stream


class Uploader:
    def __init__(self):
        # warning[unguarded-connect] 23-55: `create_connection` is not inside a `try`
        self.stream = socket.create_connection(TARGET)

    def start(self):
        self.stream.sendall(b"hello")


def web():
    connection = http.client.HTTPConnection("10.0.0.1")
    try:
        # warning[unguarded-connect] 9-39: call it in a loop, inside a `try`
        connection.request("GET", "/")
    except ValueError:
        pass
    try:
        # warning[unguarded-connect] 9-39: `request` is not inside a `try`
        connection.request("GET", "/")
    except OSError:
        raise


connected().sendall(b"hello")
Uploader().start()
while True:
    node.io["frame"].get()
    web()
