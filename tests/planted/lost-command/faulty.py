"""Records frames as long as it is told to: `start` and `stop` come from the other script."""
recording = False
count = 0
while True:
    frame = node.io["frames"].get()
    # Only the newest command counts.
    commands = node.io["commands"].tryGetAll()
    if commands:
        command = bytes(commands[-1].getData())
        if command == b"start":
            recording = True
        elif command == b"stop":
            recording = False
        elif command == b"count":
            node.warn(f"{count} frames, recording: {recording}")
    if recording:
        count += 1
