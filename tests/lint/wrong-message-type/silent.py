anything = node.io["frame"].get() if node.io else ImageManipConfig()
node.io["cfg"].send(anything)

while True:
    node.io["out"].send(node.io["frame"].get())
    node.io["cfg"].send(ImageManipConfig())
