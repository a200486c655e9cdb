//! Seeds: small valid inputs of each target, from which mutations start. They are committed in
//! `corpus/TARGET/`; `cargo run -p oakc-fuzz -- seed` regenerates them after a change of layout.

use std::net::Ipv4Addr;

use oakc_blob::synthetic::BlobBuilder;
use oakc_core::bundle::{Bundle, Module};
use oakc_device::xlink::datagram::{DeviceState, Reply};
use oakc_device::xlink::{self, Header, Kind, Mxid, StreamName};
use oakc_model::synthetic::{gz, superblob as packed, tar, zip};
use oakc_runtime_schema::assets::{AssetEntry, AssetMap};
use oakc_runtime_schema::board_config::BoardConfig;
use oakc_runtime_schema::bootloader::{
    ApplicationDetails, Config, Ipv4Setting, Memory, Payload, Request, Response, STREAM,
    UserBootloader, Version, WATCHDOG_ALIVE, WATCHDOG_STREAM,
};
use oakc_runtime_schema::image::{Colormap, FrameType};
use oakc_runtime_schema::messages::ImageManipConfig;
use oakc_runtime_schema::nodes;
use oakc_runtime_schema::pipeline::{NodeObjInfo, PipelineSchema};
use oakc_runtime_schema::reflect::{Bytes, Reflect as _};
use oakc_runtime_schema::sbr::{self, Flags, Section, SectionName};
use oakc_runtime_schema::{nop, preboot};
use oakc_vision::Image;

const CAMERA: &str = "\
[app]
name = \"${name}\"
[params]
name = \"a\"
fps = 10
[nodes.cam]
type = \"ColorCamera\"
fps = \"${fps}\"
preview_size = [300, 300]
initial_control.manual_focus = 120
[nodes.detect]
type = \"MobileNetDetectionNetwork\"
model = \"m.blob\"
inputs.in = { from = \"cam.preview\", queue_size = 1, blocking = false }
[nodes.s]
type = \"Script\"
source = \"s.py\"
inputs.x = [\"detect.out\", \"cam.video\"]
[nodes.s.assets.t]
path = \"t.bin\"
";

const STEREO: &str = "\
board: {network: {mtu: 9000}}
pipeline: {openvino: '2022.1'}
params: {p: x}
nodes:
  l: &mono
    type: MonoCamera
    resolution: 400p
  r: *mono
  depth:
    type: StereoDepth
    inputs: {left: l.out, right: r.out}
  s:
    type: Script
    code: |
      node.io['depth'].get()
    inputs:
      depth: {from: depth.depth, queue_size: 1}
lint: {allow: [host-dependent-node]}
";

const ARCHIVE_CONFIG: &str = r#"{"config_version": "1.0", "model": {
    "metadata": {"name": "m", "path": "m.superblob"},
    "inputs": [{"name": "data", "dtype": "float32", "input_type": "image", "shape": [1, 3, 352, 416], "layout": "NCHW",
        "preprocessing": {"mean": [0], "scale": [255.0], "dai_type": "BGR888p"}}],
    "heads": [{"parser": "YOLO", "metadata": {"classes": ["a", "b"], "n_classes": 2, "iou_threshold": 0.5,
        "conf_threshold": 0.5, "anchors": [[[10, 13]], [[30, 61]]], "yolo_outputs": null, "strides": [8, 16]}}]
}}"#;

const TOOLS_JSON: &str = r#"{"nn_config": {"NN_family": "YOLO", "input_size": "416x352",
    "NN_specific_metadata": {"classes": 2, "coordinates": 4, "anchors": [10.0, 13.0], "anchor_masks": {"side26": [0]},
    "iou_threshold": 0.5, "confidence_threshold": 0.5}}, "mappings": {"labels": {"0": "a", "1": ["b", "red"]}}}"#;

const SERVER: &str = "\
import socket
from time import sleep
HOST, NAMES = 'a.example', ('l', 'r')
class Sender:
    def __init__(self, host=HOST):
        self.socket = socket.create_connection((host, 80))
    def send(self, data):
        self.socket.sendto(data, ('10.0.0.1', 5))
sender = Sender()
b = Buffer(2)
b.setData(b'abc')
while True:
    for name in NAMES:
        message = node.io[f'in_{name}'].tryGet()
        if message is not None:  # oakc: allow(busy-loop)
            sender.send(message.getData())
            node.io['out'].send(None if not b else b)
    try: sleep(0.1)
    except OSError as e: node.warn(str(e))
";

/// A script with an asset, fed by a camera, that sends to a host.
const DUMP: &str = r#"{"assetStorage":[112,97,115,115],"assets":{"map":{"/node/1/__script":
{"alignment":64,"offset":0,"size":4}}},"pipeline":{"connections":[{"node1Id":0,"node1Output":"preview",
"node1OutputGroup":"","node2Id":1,"node2Input":"x","node2InputGroup":"io"},{"node1Id":1,"node1Output":"y",
"node1OutputGroup":"io","node2Id":2,"node2Input":"in","node2InputGroup":""}],"globalProperties":{},"nodes":[
[0,{"id":0,"ioInfo":[],"name":"ColorCamera","properties":{"fps":12.5,"previewWidth":64,"previewHeight":48,
"initialControl":{"cmdMask":34359738368,"sharpness":1}}}],[1,{"id":1,"ioInfo":[[["io","x"],{"group":"io",
"name":"x","type":3,"blocking":true,"queueSize":1}],[["io","y"],{"group":"io","name":"y","type":0}]],
"name":"Script","properties":{"scriptUri":"asset:__script","scriptName":"a.py","processor":0}}],
[2,{"id":2,"ioInfo":[],"name":"XLinkOut","properties":{"streamName":"s"}}]]}}"#;

/// A mean over rows and columns, which are an input, as since opset 18.
const ONNX: &[u8] =
    b"\x08\x07:\x92\x01\x0a/\x0a\x01x\x0a\x04axes\x12\x01y\x1a\x04mean\x22\x0aReduceMean*\x0f\
\x0a\x08keepdims\x18\x01\xa0\x01\x02\x12\x07network*\x1c\x08\x02\x10\x07B\x04axesJ\x10\x02\
\x00\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x00\x00\x00\x00Z\x1b\x0a\x01x\x12\x16\x0a\x14\
\x08\x01\x12\x10\x0a\x02\x08\x01\x0a\x02\x08\x03\x0a\x02\x08 \x0a\x02\x08 b\x1b\x0a\x01y\
\x12\x16\x0a\x14\x08\x01\x12\x10\x0a\x02\x08\x01\x0a\x02\x08\x03\x0a\x02\x08\x01\x0a\x02\
\x08\x01B\x04\x0a\x00\x10\x12";

const FLEET: &str = "\
concurrency = 4
params = { server = \"all\", fps = 10 }
groups.north.params.server = \"north\"
groups.doors = {}
[[cameras]]
name = \"gate\"
address = \"10.1.0.21\"
groups = [\"north\", \"doors\"]
params = { door = \"3\", invert = true }
[[cameras]]
name = \"yard\"
address = \"18443010D1B2C30F00\"
";

const TEMPLATE: &str = "\
b=2
password=correct-horse

import time
# ${a} $${a}
NAME, COUNT = \"${a}\", ${b}
node.warn(f'${password} {NAME}')
while True:
    node.io['x'].get()
";

/// OpenVINO IR of one layer.
const IR: &str = r#"<?xml version="1.0"?>
<net name="n" version="10"><layers>
<layer id="0" name="x" type="Parameter"><output><port id="0" precision="FP32"><dim>1</dim><dim>3</dim></port></output></layer>
<layer id="1" name="y" type="ReLU"><input><port id="0"/></input><output><port id="1" precision="FP16"><dim>3</dim></port></output></layer>
<layer id="2" name="y/sink" type="Result"><input><port id="0"/></input></layer>
</layers><edges><edge from-layer="0" from-port="0" to-layer="1" to-port="0"/>
<edge from-layer="1" from-port="1" to-layer="2" to-port="0"/></edges></net>
"#;

/// A script with a module, and with the parameters.
fn bundle() -> String {
    let module = |file: &str, text: &str| Module {
        file: file.to_owned(),
        is_package: file.ends_with("__init__.py"),
        text: text.into(),
    };
    let modules = [
        ("near", module("near.py", "NAME = \"x\\n\"\n")),
        ("oakc", module("oakc/__init__.py", "")),
        (
            "oakc.params",
            module("oakc/params.py", "# oakc secrets: a\na = \"hunter22\"\n"),
        ),
    ];
    let modules = modules.map(|(name, module)| (name.to_owned(), module));
    let bundle = Bundle {
        main: "import near\nfrom oakc import params\nnode.warn(near.NAME)\n".into(),
        modules: modules.into_iter().collect(),
        logged: None,
    };
    bundle.write().unwrap_or_default()
}

/// What two cameras send, each line after two bytes for the time and the address.
const LOG: &str = "\
\x01a<134>1 - door app 5f3a91c2 start [oakc@32473 seq=\"1\" node=\"n\" level=\"info\" up=\"1.5\" build=\"01\" run=\"1\"] starts
\x01a<134>1 - door app 5f3a91c2 heartbeat [oakc@32473 seq=\"2\" node=\"n\" level=\"info\" every=\"1\" ddr=\"1/2\"][ports@32473 in=\"3 0 a\"] up
\x01b<130>1 2026-03-01T09:00:00Z - app 1 exception [oakc@32473 seq=\"7\" node=\"n\" level=\"critical\" again=\"2\"] Traceback
\x01a<134>1 - door app 5f3a91c2 log [oakc@32473 seq=\"5\" node=\"n\" level=\"warn\" part=\"1/2\"] one \\\x1b[31m
\x01a<134>1 - door app 5f3a91c2 log [oakc@32473 seq=\"6\" node=\"n\" level=\"warn\" part=\"2/2\"] two
\x7fa<134>1 - door app 7 start [oakc@32473 seq=\"1\" node=\"n\" level=\"info\" up=\"0.5\"] again
\x01c<14>Nov 28 19:00:00 gate app[3]: plain
";

/// Name and bytes of each seed of a target.
pub fn of(target: &str) -> Vec<(String, Vec<u8>)> {
    let text = |name: &str, text: &str| (name.to_owned(), text.as_bytes().to_vec());
    match target {
        "nop" => wire_values(),
        "sbr" => vec![
            ("table".to_owned(), small_package()),
            ("preboot".to_owned(), preboot()),
        ],
        "package" => vec![("small".to_owned(), small_package())],
        "import" => vec![("small".to_owned(), small_package()), text("dump", DUMP)],
        "onnx" => vec![("reduction".to_owned(), ONNX.to_vec())],
        "ir" => vec![text("relu", IR)],
        "blob" => vec![
            (
                "detector".to_owned(),
                BlobBuilder::detector(300, 300).build(),
            ),
            ("empty".to_owned(), BlobBuilder::new().build()),
        ],
        "superblob" => vec![("all".to_owned(), superblob())],
        "bsdiff" => vec![("patch".to_owned(), patch())],
        "archive" => archives(),
        "description" => vec![text("archive", ARCHIVE_CONFIG), text("tools", TOOLS_JSON)],
        "frames" => vec![("stream".to_owned(), frames())],
        "datagram" => datagrams(),
        "footage" => footage(),
        "vision" => pictures(),
        "bootloader" => records(),
        "bson" => vec![("config".to_owned(), configuration())],
        "host" => vec![("version".to_owned(), camera_says())],
        "camera" => vec![("flash".to_owned(), host_says())],
        "fleet" => vec![text("two", FLEET)],
        "log" => vec![text("camera", LOG)],
        "toml" => vec![text("camera", CAMERA)],
        "yaml" => vec![text("stereo", STEREO)],
        "script" => vec![text("server", SERVER)],
        "bundle" => vec![
            text("bundle", &bundle()),
            text(
                "secret",
                "x = 'hunter22'\n# oakc secrets at: password 5-13\n",
            ),
        ],
        "template" => vec![text("filled", TEMPLATE)],
        "params" => vec![
            text("two", &format!("name=x\nfps=3\n\n{CAMERA}")),
            text(
                "base",
                "profile=p\na=2\n\nextends = \"b/base.yaml\"\nremove = [\"nodes.s\"]\n[nodes.c]\nfps = 3\n",
            ),
        ],
        _ => Vec::new(),
    }
}

/// A ping, a stream that is opened, a packet, and the answers; in pieces of 50 bytes.
fn frames() -> Vec<u8> {
    let mut stream = vec![50];
    for kind in [
        Kind::PingRequest,
        Kind::CreateStreamRequest,
        Kind::WriteRequest,
    ] {
        let mut header = Header::new(11, kind);
        header.stream_name = StreamName::new(STREAM).unwrap_or(StreamName::EMPTY);
        header.size = 4;
        stream.extend(header.encode());
        if kind == Kind::WriteRequest {
            stream.extend([3, 0, 0, 0]);
        }
        header.kind = kind.response().unwrap_or(kind);
        stream.extend(header.encode());
    }
    stream
}

/// An event on the wire.
fn event(id: i32, kind: Kind, stream: (&str, u32), payload: &[u8]) -> Vec<u8> {
    let mut header = Header::new(id, kind);
    header.stream_name = StreamName::new(stream.0).unwrap_or(StreamName::EMPTY);
    header.stream = stream.1;
    header.size = u32::try_from(payload.len()).unwrap_or(0);
    if kind.response().is_none() {
        header.flags = xlink::Flags::ACK;
    }
    [&header.encode()[..], payload].concat()
}

/// What a camera sends to a host that opens both streams and asks for the version; in pieces of 64 bytes.
fn camera_says() -> Vec<u8> {
    let version = Response::Version(Version::new(0, 0, 28)).encode();
    let (watchdog, bootloader) = ((WATCHDOG_STREAM, 0), (STREAM, 1));
    let events = [
        // Hosts number their requests from 11 on.
        event(11, Kind::PingResponse, ("", 0), &[]),
        event(1, Kind::CreateStreamRequest, bootloader, &[]),
        event(2, Kind::CreateStreamRequest, watchdog, &[]),
        event(12, Kind::CreateStreamResponse, watchdog, &[]),
        event(13, Kind::CreateStreamResponse, bootloader, &[]),
        event(14, Kind::WriteResponse, bootloader, &[]),
        event(3, Kind::WriteRequest, bootloader, &version),
        event(4, Kind::CloseStreamRequest, bootloader, &[]),
        event(5, Kind::ResetRequest, ("", 0), &[]),
    ];
    std::iter::once(64).chain(events.concat()).collect()
}

/// What a host sends that writes to the flash, reads it back and asks several questions; in pieces of 64
/// bytes.
fn host_says() -> Vec<u8> {
    let (bootloader, watchdog) = ((STREAM, 0), (WATCHDOG_STREAM, 1));
    let memory = Memory::Flash;
    let data = Payload::of(4);
    let requests = [
        Request::GetVersion.encode(),
        Request::UpdateFlashAt {
            memory,
            offset: 0,
            data,
        }
        .encode(),
        b"abcd".to_vec(),
        Request::GetConfig {
            memory,
            offset: -1,
            max_size: 0,
        }
        .encode(),
        Request::BootApplication.encode(),
    ];
    let mut events = vec![event(1, Kind::PingRequest, ("", 0), &[])];
    for stream in [bootloader, watchdog] {
        events.push(event(2, Kind::CreateStreamRequest, stream, &[]));
        events.push(event(11, Kind::CreateStreamResponse, stream, &[]));
    }
    events.push(event(3, Kind::WriteRequest, watchdog, &WATCHDOG_ALIVE));
    for request in &requests {
        events.push(event(4, Kind::WriteRequest, bootloader, request));
        events.push(event(5, Kind::ReadReleaseRequest, bootloader, &[]));
    }
    events.push(event(6, Kind::ResetRequest, ("", 0), &[]));
    std::iter::once(64).chain(events.concat()).collect()
}

fn footage() -> Vec<(String, Vec<u8>)> {
    let mut y4m = b"YUV4MPEG2 W4 H2 F10:1 Ip A1:1 C420jpeg\n".to_vec();
    for value in [40, 200] {
        y4m.extend(b"FRAME\n");
        y4m.extend([value; 12]);
    }
    // The markers of a JPEG, with a comment and nothing to see.
    let empty = [
        0xff, 0xd8, 0xff, 0xfe, 0, 4, b'h', b'i', 0xff, 0xda, 0, 2, 1, 0xff, 0, 2, 0xff, 0xd9,
    ];
    vec![
        ("y4m".to_owned(), y4m),
        ("markers".to_owned(), empty.repeat(2)),
    ]
}

/// Pictures in files, and settings that crop, size, turn and colour.
fn pictures() -> Vec<(String, Vec<u8>)> {
    let gray: Vec<u8> = (0..64).collect();
    let Ok(image) = Image::new(FrameType::GRAY8, 8, 8, gray) else {
        return Vec::new();
    };
    let mut turned = ImageManipConfig {
        enable_crop: true,
        enable_resize: true,
        enable_format: true,
        ..ImageManipConfig::default()
    };
    let crop = &mut turned.crop_config.crop_rect;
    (crop.xmin, crop.ymin, crop.xmax, crop.ymax) = (0.25, 0.25, 0.75, 1.0);
    turned.resize_config.width = 20;
    turned.resize_config.height = 10;
    turned.resize_config.enable_rotation = true;
    turned.resize_config.rotation_angle_deg = 30.0;
    turned.format_config.r#type = FrameType::BGR888p;
    let mut coloured = ImageManipConfig {
        enable_format: true,
        ..ImageManipConfig::default()
    };
    coloured.format_config.colormap = Colormap::TURBO;
    let settings = |picture: [u8; 3], config: &ImageManipConfig| {
        let encoded = nop::encode(&ImageManipConfig::SHAPE, &config.to_value());
        [&picture[..], &encoded.unwrap_or_default()].concat()
    };
    vec![
        ("turned".to_owned(), settings([0, 16, 12], &turned)),
        ("coloured".to_owned(), settings([3, 8, 8], &coloured)),
        ("png".to_owned(), image.encode_png().unwrap_or_default()),
        ("jpeg".to_owned(), image.encode_jpeg(50).unwrap_or_default()),
    ]
}

fn datagrams() -> Vec<(String, Vec<u8>)> {
    let mxid = Mxid::of_address(Ipv4Addr::LOCALHOST);
    let state = DeviceState::Bootloader;
    let found = Reply::Discovered {
        mxid: mxid.clone(),
        state,
    };
    let extended = Reply::Extended {
        mxid: mxid.clone(),
        state,
        platform: 2,
    };
    let info = Reply::Info {
        mxid,
        link_speed: 1000,
        full_duplex: true,
        gpio_boot_mode: 0,
    };
    let named = [
        ("found", found),
        ("extended", extended),
        ("info", info),
        ("unknown", Reply::Unknown),
    ];
    let seeds = named.map(|(name, reply)| (name.to_owned(), reply.encode()));
    seeds.into()
}

/// Packets whose numbers are a request as well as a response.
fn records() -> Vec<(String, Vec<u8>)> {
    let memory = Memory::Flash;
    let data = Payload::of(4);
    let set = Request::SetConfig {
        memory,
        offset: -1,
        clear: false,
        data,
    };
    let write = Request::UpdateFlashAt {
        memory,
        offset: 0,
        data,
    };
    let details = Response::ApplicationDetails(ApplicationDetails {
        outcome: Ok(()),
        has_application: true,
        firmware_version: Some("0123".to_owned()),
        application_name: Some("name".to_owned()),
    });
    let complete = Response::FlashComplete(Err("no".to_owned()));
    let read = Response::ReadFlash(Ok(data));
    vec![
        ("set-config".to_owned(), set.encode()),
        ("write".to_owned(), write.encode()),
        ("details".to_owned(), details.encode()),
        ("complete".to_owned(), complete.encode()),
        ("read".to_owned(), read.encode()),
    ]
}

fn configuration() -> Vec<u8> {
    let mut config = Config::default();
    config.set_app_memory(Memory::Emmc);
    config.set_static_ipv4(true);
    config.set_address(Ipv4Setting::Address, Ipv4Addr::new(192, 168, 1, 50));
    config.set_mac([2, 0, 0, 0, 0, 1]);
    let user = UserBootloader {
        size: 1,
        checksum: u32::MAX,
    };
    config.set_user_bootloader(user);
    config.to_bson().unwrap_or_default()
}

/// The defaults of all shapes of the wire format, each after the number of its shape.
fn wire_values() -> Vec<(String, Vec<u8>)> {
    let whole = [
        nop::to_bytes(&pipeline()),
        nop::to_bytes(&asset_map()),
        nop::to_bytes(&BoardConfig::default()),
    ];
    let nodes = nodes::Kind::ALL.iter();
    let nodes = nodes.map(|kind| nop::encode(&kind.properties, &(kind.default_properties)()));
    let names = ["pipeline", "assets", "board"].into_iter();
    let names = names.chain(nodes::Kind::ALL.iter().map(|kind| kind.name()));
    let numbered = names.zip(whole.into_iter().chain(nodes)).zip(0u8..);
    let seed = |((name, bytes), number): ((&str, Result<Vec<u8>, _>), u8)| {
        let mut seed = vec![number];
        seed.extend(bytes.unwrap_or_default());
        (name.to_owned(), seed)
    };
    numbered.map(seed).collect()
}

fn pipeline() -> PipelineSchema {
    let mut pipeline = PipelineSchema::default();
    for (id, kind) in (0..).zip(nodes::Kind::ALL.iter().take(3)) {
        let properties = nop::encode(&kind.properties, &(kind.default_properties)());
        let node = NodeObjInfo {
            id,
            name: kind.schema_name.to_owned(),
            properties: Bytes(properties.unwrap_or_default()),
            ..NodeObjInfo::default()
        };
        pipeline.nodes.insert(id, node);
    }
    pipeline
}

fn asset_map() -> AssetMap {
    let entry = AssetEntry {
        offset: 0,
        size: 4,
        alignment: 64,
    };
    let mut map = AssetMap::default();
    map.map.insert("/pipeline/a".to_owned(), entry);
    map
}

fn preboot() -> Vec<u8> {
    let payload = nop::to_bytes(&BoardConfig::default()).unwrap_or_default();
    let mut bytes = preboot::encode(&payload).unwrap_or_default();
    bytes.extend(b"image");
    bytes
}

/// A package without the large gaps of a real one.
fn small_package() -> Vec<u8> {
    let contents = [
        preboot(),
        nop::to_bytes(&pipeline()).unwrap_or_default(),
        nop::to_bytes(&asset_map()).unwrap_or_default(),
        b"abcd".to_vec(),
        b"0123".to_vec(),
        b"name".to_vec(),
    ];
    let mut body: Vec<u8> = Vec::new();
    let mut sections = Vec::new();
    for (name, bytes) in sbr::PACKAGE_SECTIONS.iter().zip(&contents) {
        let Ok(name) = SectionName::new(name) else {
            continue;
        };
        let offset = sbr::HEADER_SIZE.saturating_add(body.len());
        sections.push(Section {
            name,
            size: u32::try_from(bytes.len()).unwrap_or(0),
            offset: u32::try_from(offset).unwrap_or(0),
            checksum: sbr::checksum(bytes),
            kind: 0,
            flags: Flags::NONE,
        });
        body.extend(bytes);
    }
    let table = sbr::Header::new(sections).map(|header| header.to_bytes());
    let mut file = table.map(Vec::from).unwrap_or_default();
    file.extend(body);
    file
}

/// A small model for 1 to 16 SHAVEs.
fn superblob() -> Vec<u8> {
    let blob = |shaves: u32| BlobBuilder::detector(32, 32).shaves(shaves).build();
    packed(&(1..=16).map(blob).collect::<Vec<_>>())
}

/// A source and a patch of it: the first of that superblob.
fn patch() -> Vec<u8> {
    let superblob = superblob();
    let size = |index: usize| {
        let eight = superblob
            .get(8 * index..)
            .and_then(|rest| rest.first_chunk::<8>());
        eight.map_or(0, |eight| {
            usize::try_from(u64::from_be_bytes(*eight)).unwrap_or(0)
        })
    };
    let (base, patch) = (size(0), size(1));
    let both = superblob
        .get(17 * 8..)
        .and_then(|rest| rest.get(..base + patch));
    let length = u16::try_from(base).unwrap_or(u16::MAX).to_le_bytes();
    [&length, both.unwrap_or_default()].concat()
}

/// An NN archive, and the zip file of the YOLO tools.
fn archives() -> Vec<(String, Vec<u8>)> {
    let superblob = superblob();
    let members = [
        ("m.superblob", superblob.as_slice()),
        ("config.json", ARCHIVE_CONFIG.as_bytes()),
    ];
    let plain = tar(&members);
    let blob = BlobBuilder::detector(416, 352).build();
    let tools = zip(&[("m.blob", &blob), ("m.json", TOOLS_JSON.as_bytes())]);
    vec![
        ("tar-gz".to_owned(), gz(&plain)),
        ("tar".to_owned(), plain),
        ("zip".to_owned(), tools),
    ]
}
