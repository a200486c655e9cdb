while True:
    node.io["next"].send(node.io["in"].get())
