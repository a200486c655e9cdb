# error[module-needs-leon-css] 8-14: the module `socket` exists only on `LEON_CSS` set `processor = "LEON_CSS"` on `s`
import socket
# error[module-needs-leon-css] 6-10: the module `http` exists only on `LEON_CSS` set `processor = "LEON_CSS"` on `s`
from http import server
# error[module-needs-leon-css] 15-38: `Device.readCalibration2` works only on `LEON_CSS` set `processor = "LEON_CSS"`
calibration = Device.readCalibration2()
frame = node.io["in"].get()
node.io["out"].send(frame)
