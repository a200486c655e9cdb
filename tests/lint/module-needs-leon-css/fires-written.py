# error[module-needs-leon-css] 8-15: the module `hashlib` exists only on `LEON_CSS` set `processor = "LEON_CSS"` on `s`
import hashlib
frame = node.io["in"].get()
node.io["out"].send(frame)
