import time
for name in ("in",):
    node.io[name].tryGet()
node.io["out"].send(Buffer(1))
