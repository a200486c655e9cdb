data = b"abc"
message = Buffer(len(data))
message.setData(data)
other = Buffer(30)
other.setData(node.io["in"].get().getData())
node.io["out"].send(message)
