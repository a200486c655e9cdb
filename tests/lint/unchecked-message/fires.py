frame = node.io["frame"].tryGet()
# warning[unchecked-message] 1-6: `frame` is `None` if no message has arrived use it only `if frame is
frame.getWidth()

while True:
    node.io["out"].send(node.io["frame"].get())
    node.io["cfg"].send(ImageManipConfig())
