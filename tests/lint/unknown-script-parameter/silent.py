from oakc import params
from oakc.params import server


class Own:
    other = 1


def show(params):
    node.warn(str(params.other))


node.io["in"].get()
show(Own())
node.warn(server)
