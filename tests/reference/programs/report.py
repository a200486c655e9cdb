while True:
    node.io["results"].get()
