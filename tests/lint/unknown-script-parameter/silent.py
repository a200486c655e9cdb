from oakc import params
from oakc.params import server


def show(p):
    node.warn(str(p.other))


node.io["in"].get()
show(node.io["in"].get())
node.warn(params.server + server + params.__name__)
