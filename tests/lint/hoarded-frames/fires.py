import collections


class Store:
    def __init__(self):
        self.frames = {}

    def fill(self):
        while True:
            frame = node.io["frame"].get()
            # warning[hoarded-frames] 13-48: `frames` keeps every frame of a pool of 4
            self.frames[frame.getSequenceNum()] = frame


last = collections.deque(maxlen=5)
first = []
for _ in range(4):
    # warning[hoarded-frames] 5-41: `first` keeps 4 frames of a pool of 4
    first.append(node.io["frame"].get())
few = []
while len(few) < 9:
    # warning[hoarded-frames] 5-44: `few` keeps 9 frames of a pool of 4
    few.append((1, node.io["frame"].get()))
for _ in range(100):
    # warning[hoarded-frames] 5-40: keep fewer than 4, for instance with `collections.deque(maxlen=…)`
    last.append(node.io["frame"].get())
kept = []
while True:
    # warning[hoarded-frames] 5-40: `kept` keeps every frame of a pool of 4
    kept.append(node.io["frame"].get())
    Store().fill()
