import socket

server = socket.create_server(("", 5000))
connection, address = server.accept()
try:
    while True:
        # warning[disconnect-ends-script] 9-61: the script ends when the other side disconnects
        connection.sendall(node.io["frame"].get().getData())
except OSError as error:
    node.warn(f"gone: {error}")
