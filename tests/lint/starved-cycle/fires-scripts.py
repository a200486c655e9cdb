def answer(port):
    node.io["to_a"].send(port.get())

while True:
    answer(node.io["from_a"])
