# error[module-needs-leon-css] 8-15: the module `hashlib` exists on `LEON_CSS` only
import hashlib
frame = node.io["in"].get()
node.io["out"].send(frame)
