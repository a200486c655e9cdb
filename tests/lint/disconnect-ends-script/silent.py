import socket
import threading
import time

server = socket.create_server(("", 5000))


def talk(connection):
    while True:
        connection.sendall(connection.recv(64))


def serve(connection):
    while True:
        connection.sendall(node.io["frame"].get().getData())


def keep(address):
    while True:
        try:
            with socket.create_connection(address) as connection:
                serve(connection)
        except Exception as error:
            node.warn(f"{error}")
        time.sleep(1)


def greet():
    connection, address = server.accept()
    try:
        connection.sendall(b"hello")
    finally:
        connection.close()


try:
    greet()
except OSError:
    pass
while True:
    connection, address = server.accept()
    threading.Thread(target=talk, args=(connection,)).start()
    try:
        while True:
            frame = node.io["frame"].get()
            connection.sendall(frame.getData())
    except OSError:
        connection.close()
    datagrams = socket.socket(type=socket.SOCK_DGRAM)
    datagrams.connect(address)
    datagrams.send(b"gone")
    keep(address)
