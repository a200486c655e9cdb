late = node.io["late"].tryGet()
# error[blocking-read-unfed] 17-23: nothing is linked to the input `late` of `s`
frame = node.io["late"].get()
node.io["out"].send(frame)
