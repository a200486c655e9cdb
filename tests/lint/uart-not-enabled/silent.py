import serial
frame = node.io["in"].get()
port = serial.Serial("/dev/ttyS0", baudrate=115200)
