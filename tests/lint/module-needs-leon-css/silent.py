import socket
calibration = Device.readCalibration2()
frame = node.io["in"].get()
node.io["out"].send(frame)
