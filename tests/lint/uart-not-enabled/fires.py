import serial
frame = node.io["in"].get()
# warning[uart-not-enabled] 22-34: the serial port 0 is not turned on
port = serial.Serial("/dev/ttyS0", baudrate=115200)
