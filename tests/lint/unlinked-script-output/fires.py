while True:
    frame = node.io["in"].get()
    node.io["next"].send(frame)
    # warning[unlinked-script-output] 13-19: the messages of `s.host` leave the camera nowhere: nothing is linked to it send them over a socket from the script, link an `SPIOut` to
    node.io["host"].send(frame)
    node.io["host"].trySend(frame)
