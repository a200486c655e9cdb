"""A program that flashes a standalone application, so that an import keeps everything."""
import depthai as dai

pipeline = dai.Pipeline()
camera = pipeline.create(dai.node.ColorCamera)
camera.setFps(12)
manip = pipeline.create(dai.node.ImageManip)
manip.initialConfig.setResize(128, 128)
camera.preview.link(manip.inputImage)
network = pipeline.create(dai.node.NeuralNetwork)
network.setBlob(dai.OpenVINO.Blob("person.blob"))
manip.out.link(network.input)
script = pipeline.create(dai.node.Script)
script.setProcessor(dai.ProcessorType.LEON_CSS)
script.setScriptPath("report.py")
script.inputs["results"].setQueueSize(1)
network.out.link(script.inputs["results"])
pipeline.setOpenVINOVersion(dai.OpenVINO.Version.VERSION_2021_3)
board = dai.BoardConfig()
board.network.mtu = 1400
pipeline.setBoardConfig(board)

(found, info) = dai.DeviceBootloader.getFirstAvailableDevice()
bootloader = dai.DeviceBootloader(info)
bootloader.flash(lambda progress: print(progress), pipeline, applicationName="door-counter", compress=True)
