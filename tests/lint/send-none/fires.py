node.io["in"].get()
# error[send-none] 1-26: `None` cannot be sent
node.io["out"].send(None)
