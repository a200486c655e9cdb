def main():
    node.warn("x")


# warning[main-guard] 4-26: the code guarded by this test never runs remove the test, or test `__name__ in
if __name__ == "__main__":
    main()

while True:
    node.io["out"].send(node.io["frame"].get())
    node.io["cfg"].send(ImageManipConfig())
