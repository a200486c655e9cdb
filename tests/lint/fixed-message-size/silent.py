import json

data = json.dumps(node.io["frame"].get().getWidth()).encode()
message = Buffer(len(data))
message.setData(data)
number = node.io["frame"].get().getWidth()
enough = Buffer(60)
enough.setData(f"x {number} y {number}".encode())
enough.setData(json.dumps({"x": number}).encode())
enough.setData(json.dumps(number).encode()[:60])
enough.setData(str(number).ljust(60).encode())
measured = json.dumps([number, number]).encode()
if len(measured) <= 60:
    enough.setData(measured)
enough.setData(node.io["frame"].get().getData())
node.io["out"].send(enough)
node.io["out"].send(message)
