# in: frame=ImgFrame
# out: control=CameraControl
import socket
import struct
import time

HOST = ""
PORT = 5000
server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind((HOST, PORT))
server.listen(1)
sent = 0


def header(frame):
    stamp = frame.getTimestamp()
    data = frame.getData()
    return struct.pack("<IdI", frame.getSequenceNum(), stamp.total_seconds(), len(data))


def receive(connection):
    line = connection.recv(64)
    words = line.decode("ascii").strip().split(" ")
    command = words[0].upper()
    value = int(words[1])
    if command == "HELLO":
        ctrl = CameraControl()
        ctrl.setManualFocus(min(255, value))
        ctrl.setAutoFocusMode(CameraControl.AutoFocusMode.AUTO)
        ctrl.setManualExposure(10000, 400)
        node.io["control"].send(ctrl)
    return command, value


while True:
    connection, address = server.accept()
    node.warn("client " + address[0])
    name, count = receive(connection)
    for _ in range(count + 1):
        frame = node.io["frame"].get()
        connection.sendall(header(frame))
        connection.sendall(frame.getData())
        sent = sent + 1
        if sent % 10 == 0:
            node.info("sent %d frames" % sent)
        time.sleep(0.01)
    connection.close()
