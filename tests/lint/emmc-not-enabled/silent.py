frame = node.io["in"].get()
log = open(f"/media/mmcsd-0-0/{frame.getSequenceNum()}.jpg", "wb")
