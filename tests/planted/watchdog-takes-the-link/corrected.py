"""Reports ten times a second. It gives the link up where the server has not answered for a second."""
import socket
import time


def connect():
    made = socket.create_connection(("10.77.0.2", 4000), timeout=2)
    made.setblocking(False)
    return made


link = None
number = 0
while True:
    if link is None:
        link, heard = connect(), time.monotonic()
    number += 1
    try:
        link.sendall(b"report %d\n" % number)
        if link.recv(100):
            heard = time.monotonic()
    except BlockingIOError:
        pass
    except OSError as error:
        node.warn(f"lost the link: {error}")
        link.close()
        link = None
    if link is not None and time.monotonic() - heard > 1:
        link.close()
        link = None
    time.sleep(0.1)
