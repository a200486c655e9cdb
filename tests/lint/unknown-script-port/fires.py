def read(name):
    return node.io[name].tryGet()

# error[unknown-script-port] 17-21: `s` has no input `im`
frame = node.io["im"].get()
# error[unknown-script-port] 20-27: `s` has no input `other`
for name in ("in", "other"):
    read(name)
# error[unknown-script-port] 9-14: `out` is an output of `s`, but it is read read an input
node.io["out"].get()
# error[unknown-script-port] 9-13: `in` is an input of `s`, but it is sent to send to an output that is linked to
node.io["in"].send(frame)
# error[unknown-script-port] 9-17: nothing is linked to `s.result` link it: `inputs.NAME = "s.result"` on another node
node.io["result"].send(frame)
node.io["out"].send(frame)
