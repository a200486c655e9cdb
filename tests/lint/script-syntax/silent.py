
    # Indented as a whole, and all of it Python 3.9.
    with (open("/tmp/a") as a, open("/tmp/b") as b):
        frame = node.io["in"].get()
        if (n := 3) > 2: node.io["out"].send(frame)
