"""What a type checker has to mark in a script, with `# wrong` behind it, and what it must not."""
from oakc import clock, dns, htpp, http, log, mqtt, rtsp  # wrong

frame = ImgFrame()
frame.setWidth(300)
frame.setWidth("300")  # wrong
frame.setType(ImgFrame.Type.NV12)
frame.setType(ImgFrame.Typ.NV12)  # wrong
frame.getWidht()  # wrong

node.warn("x")
node.warm("x")  # wrong
node.io["out"].send(frame)
node.io["out"].send("text")  # wrong
node.io["in"].get().getData()
node.io["in"].tryGet().getData()  # wrong
newest = node.io["in"].tryGet()
if newest is not None:
    node.io["out"].send(newest)
GPIO.setup(4, GPIO.OUT, GPIO.PULL_DOWN)
GPIO.setup("4", GPIO.OUT)  # wrong

mqtt.Client(1883)  # wrong
mqtt.Client("broker", on_message=lambda topic: print(topic))  # wrong
client = mqtt.Client("broker", will=("state", "gone", 1, True), on_message=lambda topic, payload: print(topic)).start()
client.publish("count", {"people": 3, "places": [1.5, (2, "x")]}, qos=1)
client.publish("count", {**{"people": 3}, **{"place": "door"}})
client.publish("count", {1, 2})  # wrong
client.publish("count", qos="1")  # wrong
client.publsh("count")  # wrong
client.reason.args  # wrong

print((clock.now() or 0) - 3)
print(clock.now() - 3)  # wrong
print(clock.iso().upper())  # wrong
clock.start("pool.ntp.org", every=60)
clock.start(server="pool.ntp.org")  # wrong

print(http.get("http://host", timeout=3, headers={"Accept": "text/plain"}).text)
print(http.get("http://host").txt)  # wrong
http.get("http://host", timeout="10")  # wrong
http.post("http://host", json=[frame.getSequenceNum()])
http.post("http://host", json=frame)  # wrong
server = http.Server(8080).start()
server.route("/count", lambda request: {"people": len(request.query)})
server.route("/count", lambda request: request.querry)  # wrong
server.route("/count", lambda: "page")  # wrong
server.stream("/video").push(frame.getData())


@server.route("/reset", methods=("POST",))
def reset(request):
    return http.Reply("done", headers={"X-Peer": request.peer})


rtsp.Server(8554, clock=clock.now).stream("/video", "h264").push(frame.getData(), frame.getTimestamp())
rtsp.Server(8554).stream("/video")  # wrong
rtsp.Server(clock="now")  # wrong
log.to("collector.lan", resolve=dns.resolve)
log.to("collector.lan", resolve=dns.install)  # wrong
dns.install(hosts={"broker.lan": "192.168.1.20"})
dns.install(hosts=["broker.lan"])  # wrong
