def main():
    node.warn("x")


# warning[main-guard] 4-26: what is behind this test never runs
if __name__ == "__main__":
    main()

while True:
    node.io["out"].send(node.io["frame"].get())
    node.io["cfg"].send(ImageManipConfig())
