import socket
import threading

server = socket.create_server(("", 5000))


def serve(connection):
    # info[partial-send] 5-30: `send` may send only part of the data
    connection.send(b"frame")


def hurry(impatient):
    impatient.settimeout(5)
    # warning[partial-send] 5-29: use `sendall`, which sends everything
    impatient.send(b"frame")


while True:
    connection, address = server.accept()
    threading.Thread(target=serve, args=(connection,)).start()
    other, address = server.accept()
    threading.Thread(target=hurry, args=(other,)).start()
    node.io["frame"].get()
