message = None
message = node.io["in"].get()
node.io["out"].send(message)
