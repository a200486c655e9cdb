import socket

server = socket.create_server(("", 5000))


def send(connection, data):
    # warning[disconnect-ends-script] 5-29: put it into a `try` that catches `OSError`
    connection.sendall(data)


def listen(connection):
    running = True
    while running:
        # warning[disconnect-ends-script] 16-35: inside a loop that waits for the next connection
        text = connection.recv(64)
        if text:
            connection.sendall(text)


connection, address = server.accept()
listen(connection)
while True:
    frame = node.io["frame"].get()
    send(connection, b"head")
    send(connection, frame.getData())
