"""What fails is a name of DepthAI v3 that is not in the program's own text."""
import depthai as dai

getattr(dai.node, "Host" + "Node")
