import collections

few = collections.deque(maxlen=3)
popped, cleared, deleted, copies, bounded, named = [], [], [], [], [], {}
latest = {}
some = []
for _ in range(3):
    some.append(node.io["frame"].get())
while True:
    few.append(node.io["frame"].get())
    popped.append(node.io["frame"].get())
    popped.pop(0)
    cleared.append(node.io["frame"].get())
    cleared.clear()
    deleted.append(node.io["frame"].get())
    del deleted[0]
    copies.append(bytes(node.io["frame"].get().getData()))
    if len(bounded) < 3:
        bounded.append(node.io["frame"].get())
    latest["frame"] = node.io["frame"].get()
    made = []
    made.append(node.io["frame"].get())
    detections = []
    detections.append(node.io["found"].get())
    small = node.io["small"].get()
    named[small.getSequenceNum()] = small
    named.pop(0)
