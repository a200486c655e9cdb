print(node.io)
node.io["out"].send(Buffer(1))
