def main():
    node.warn("x")


if __name__ in ("lpb", "__main__"):
    main()

while True:
    node.io["out"].send(node.io["frame"].get())
    node.io["cfg"].send(ImageManipConfig())
