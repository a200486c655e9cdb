
    # Indented as a whole, and all of it Python 3.9.
    with (open("/dev/a") as a, open("/dev/b") as b):
        frame = node.io["in"].get()
        if (n := 3) > 2: node.io["out"].send(frame)
