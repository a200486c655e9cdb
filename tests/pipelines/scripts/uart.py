import serial

port = serial.Serial("/dev/ttyS0", baudrate=115200)
while True:
    detections = node.io["detections"].get().detections
    port.write(f"{len(detections)}\n".encode())
