node.io["in"].get()
PLACE = ${address}
