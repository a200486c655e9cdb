PORT = "in"
frame = node.io[PORT].get()
out = node.io["out"]
out.send(frame)
