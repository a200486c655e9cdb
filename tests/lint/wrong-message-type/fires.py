# error[wrong-message-type] 1-37: the receiver of `s.cfg` does not accept a `CameraControl` it accepts
node.io["cfg"].send(CameraControl())

while True:
    node.io["out"].send(node.io["frame"].get())
    node.io["cfg"].send(ImageManipConfig())
