"""Puts the pictures of two cameras together, and counts the pairs."""
pairs = 0
left, right = node.io["left"].get(), node.io["right"].get()
while True:
    apart = (left.getTimestamp() - right.getTimestamp()).total_seconds()
    if apart == 0:
        pairs += 1
        if pairs % 10 == 0:
            node.warn(f"{pairs} pairs")
        left, right = node.io["left"].get(), node.io["right"].get()
    elif apart < 0:
        left = node.io["left"].get()
    else:
        right = node.io["right"].get()
