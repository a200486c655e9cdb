SIDES = ["in"]
for side in SIDES:
    frame = node.io[f"{side}"].get()
node.io["out"].send(frame)
