count = 3
# error[wrong-operation] 11-29: `+` cannot combine `str` and `int`
node.warn("frames: " + count)
nothing = None
# error[wrong-operation] 1-11: `None` cannot be indexed
nothing[0]
# error[wrong-operation] 10-15: `int` cannot be iterated over
for x in count:
    node.warn("x")
# error[wrong-operation] 4-15: `<` cannot compare `int` with `str`
if count < "4":
    node.warn("few")

while True:
    node.io["out"].send(node.io["frame"].get())
    node.io["cfg"].send(ImageManipConfig())
