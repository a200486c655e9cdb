count = 3
node.warn("frames: " + str(count) + "%d" % count)
last = None
if count > 2:
    last = [1]
node.warn(last[0] if last else "x" * count)
for x in range(count):
    node.warn(str(x < 2.5))

while True:
    node.io["out"].send(node.io["frame"].get())
    node.io["cfg"].send(ImageManipConfig())
