kept = []
for _ in range(5):
    kept.append(node.io["frame"].get())
