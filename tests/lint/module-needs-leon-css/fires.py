# error[module-needs-leon-css] 8-14: the module `socket` exists on `LEON_CSS` only
import socket
# error[module-needs-leon-css] 6-10: the module `http` exists on `LEON_CSS` only
from http import server
# error[module-needs-leon-css] 15-38: `Device.readCalibration2` works on `LEON_CSS` only
calibration = Device.readCalibration2()
frame = node.io["in"].get()
node.io["out"].send(frame)
