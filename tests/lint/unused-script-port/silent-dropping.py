node.io["out"].send(Buffer(1))
