import socket

server = socket.create_server(("", 5000))
datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
datagrams.connect(("10.0.0.1", 5000))


class Own:
    def send(self, data):
        return len(data)


while True:
    connection, address = server.accept()
    try:
        connection.settimeout(5)
        connection.sendall(b"frame")
        data = b"frame"
        while data:
            data = data[connection.send(data):]
    except OSError:
        pass
    datagrams.send(b"frame")
    node.io["out"].send(node.io["frame"].get())
    Own().send(b"frame")
