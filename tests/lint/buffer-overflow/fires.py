SIZE = 2
small = Buffer(SIZE)
# error[buffer-overflow] 15-21: 3 bytes do not fit into a message of 2
small.setData(b"abc")
tensors = NNData(4)
# error[buffer-overflow] 17-24: 5 bytes do not fit into a message of 4
tensors.setData([0] * 5)
node.io["in"].get()
node.io["out"].send(small)
