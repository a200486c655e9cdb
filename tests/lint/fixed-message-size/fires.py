import json

message = Buffer(30)
# warning[fixed-message-size] 17-71: this text may not fit into 30 bytes
message.setData(json.dumps(node.io["frame"].get().getWidth()).encode())
numbers = [1]
numbers.append(node.io["frame"].get().getWidth())
data = ",".join(str(number) for number in numbers)
tensor = NNData(100)
# warning[fixed-message-size] 16-36: create the message for it: `NNData(len(data))`
tensor.setData(bytes(data, "utf-8"))
small = Buffer(20)
# warning[fixed-message-size] 15-63: this text may not fit into 20 bytes
small.setData(f"x {numbers[0]} y {numbers[1]}".encode("ascii"))
node.io["out"].send(small)
node.io["out"].send(tensor)
node.io["out"].send(message)
