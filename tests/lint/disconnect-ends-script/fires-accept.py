import socket

server = socket.socket()
server.bind(("", 5000))
server.listen()
while True:
    connection, address = server.accept()
    with connection:
        while True:
            # warning[disconnect-ends-script] 13-65: the script ends when the other side disconnects
            connection.sendall(node.io["frame"].get().getData())
