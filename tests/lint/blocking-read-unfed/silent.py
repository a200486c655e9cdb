frame = node.io["late"].tryGet() or node.io["in"].get()
node.io["out"].send(frame)
