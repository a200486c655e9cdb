frame = node.io["frame"].tryGet()
if frame is not None:
    frame.getWidth()
other = node.io["frame"].get()
other.getWidth()

while True:
    node.io["out"].send(node.io["frame"].get())
    node.io["cfg"].send(ImageManipConfig())
