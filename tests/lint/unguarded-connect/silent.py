import contextlib
import http.client
import socket
import threading
import time

TARGET = ("10.0.0.1", 5000)
DEBUG = False


def connected():
    stream = socket.socket()
    stream.connect(TARGET)
    return stream


class Uploader:
    def __init__(self):
        self.stream = socket.create_connection(TARGET)


def never_called():
    socket.create_connection(TARGET)


def background():
    socket.create_connection(TARGET).sendall(b"hello")


def upload():
    with socket.create_connection(TARGET, timeout=10) as stream:
        stream.sendall(b"hello")


threading.Thread(target=background).start()
datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
datagrams.connect(TARGET)
if DEBUG:
    socket.create_connection(TARGET)
with contextlib.suppress(OSError):
    socket.create_connection(TARGET)
while True:
    try:
        upload()
        connected()
        Uploader()
    except (ConnectionError, socket.timeout) as error:
        node.warn(f"{error}; again in a second")
    try:
        connection = http.client.HTTPConnection("10.0.0.1")
        connection.request("GET", "/")
    except OSError:
        pass
    time.sleep(1)
