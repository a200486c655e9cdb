//! What a script does, told without running it.
#![allow(clippy::unwrap_used, reason = "tests fail loudly")]

use oakc_script::{Facts, HostKind, Method, Purpose, Script};

fn facts(text: &str) -> Facts {
    let script = Script::parse(text);
    assert_eq!(script.syntax_errors, [], "{text}");
    script.facts.unwrap()
}

/// `method name…` of each use, with `?` after names that are not certain, `…` if there may be more.
fn ports(text: &str) -> Vec<String> {
    let facts = facts(text);
    let describe = |used: &oakc_script::PortUse| {
        let names = used.names.iter().map(|name| {
            let doubt = if name.certain { "" } else { "?" };
            assert!(name.range.end <= text.len());
            format!(" {}{doubt}", name.name)
        });
        let more = if used.computed { " …" } else { "" };
        format!("{:?}{}{more}", used.method, names.collect::<String>())
    };
    facts.ports.iter().map(describe).collect()
}

fn hosts(text: &str) -> Vec<(String, HostKind, bool)> {
    let hosts = facts(text).hosts.into_iter();
    hosts
        .map(|host| (host.host, host.kind, host.certain))
        .collect()
}

fn busy(text: &str) -> Vec<String> {
    let loops = facts(text).busy_loops;
    loops
        .into_iter()
        .map(|head| text[head].to_owned())
        .collect()
}

#[test]
fn ports_are_known_by_their_literal_names() {
    let text = "\
while True:
    frame = node.io['frames'].get()
    node.io[\"out\"].send(frame)
    late = node.io['late'].tryGet()
    all = node.io['all'].tryGetAll()
";
    assert_eq!(
        ports(text),
        ["Get frames", "Send out", "TryGet late", "TryGetAll all"]
    );
    let facts = facts(text);
    assert!(facts.ports.iter().all(|port| port.in_loop));
    assert_eq!(
        &text[facts.ports[0].range.clone()],
        "node.io['frames'].get()"
    );
    assert_eq!(&text[facts.ports[0].names[0].range.clone()], "'frames'");
}

#[test]
fn ports_are_traced_through_names_and_constants() {
    for (text, expected) in [
        ("q = node.io['a']\nq.get()\n", vec!["Get a"]),
        ("io = node.io\nio['a'].get()\n", vec!["Get a"]),
        ("get = node.io['a'].get\nget()\n", vec!["Get a"]),
        ("NAME = 'a'\nnode.io[NAME].get()\n", vec!["Get a"]),
        ("P = 'in'\nnode.io[f'{P}_1'].get()\n", vec!["Get in_1"]),
        ("node.io['in' + '_1'].get()\n", vec!["Get in_1"]),
        ("node.io['in%d' % 3].get()\n", vec!["Get in3"]),
        (
            "for n in ('a', 'b'):\n    node.io[n].get()\n",
            vec!["Get a b"],
        ),
        (
            "for i in range(2):\n    node.io[f'in{i}'].get()\n",
            vec!["Get in0 in1"],
        ),
        (
            "for i, n in enumerate(['a', 'b']):\n    node.io[n].get()\n",
            vec!["Get a b"],
        ),
        (
            "M = {'a': 1, 'b': 2}\nfor n in M:\n    node.io[n].get()\n",
            vec!["Get a b"],
        ),
        (
            "M = {'a': 'x', 'b': 'y'}\nfor n, o in M.items():\n    node.io[o].get()\n",
            vec!["Get x y"],
        ),
        (
            "for a, b in (('x', 1), ('y', 2)):\n    node.io[a].get()\n",
            vec!["Get x y"],
        ),
        (
            "all = [node.io[n].tryGet() for n in ['a', 'b']]\n",
            vec!["TryGet a b"],
        ),
        (
            "Q = {'l': node.io['a'], 'r': node.io['b']}\nQ['l'].get()\n",
            vec!["Get a", "Unknown b"],
        ),
        (
            "for q in (node.io['a'], node.io['b']):\n    q.get()\n",
            vec!["Get a", "Get b"],
        ),
        ("node.io['a' if x else 'b'].get()\n", vec!["Get a b"]),
        (
            "def read(n):\n    return node.io[n].get()\nread('a')\nread('b')\n",
            vec!["Get a b"],
        ),
        (
            "def read(n='a'):\n    return node.io[n].get()\nread()\n",
            vec!["Get a"],
        ),
        (
            "def read(q):\n    return q.get()\nread(node.io['a'])\n",
            vec!["Get a"],
        ),
        (
            "class R:\n    def __init__(self, n):\n        self.n = n\n    def go(self):\n        node.io[self.n].get()\nR('a').go()\n",
            vec!["Get a"],
        ),
    ] {
        assert_eq!(ports(text), expected, "{text}");
    }
}

#[test]
fn uncertain_facts_are_marked() {
    for (text, expected) in [
        (
            "n = ''\nif x:\n    n = 'a'\nnode.io[n].get()\n",
            vec!["Get ? a?"],
        ),
        ("node.io[input()].get()\n", vec!["Get …"]),
        (
            "def read(n):\n    node.io[n].get()\ncall(read)\n",
            vec!["Get …"],
        ),
        (
            "def read(n):\n    node.io[n].get()\nread(*names)\n",
            vec!["Get …"],
        ),
        ("n = name or 'a'\nnode.io[n].get()\n", vec!["Get a? …"]),
        ("use(node.io['a'])\n", vec!["Unknown a"]),
    ] {
        assert_eq!(ports(text), expected, "{text}");
    }
    assert!(facts("use(node.io)\n").ports_escape);
    assert!(!facts("io = node.io\nio['a'].get()\n").ports_escape);
    assert_eq!(
        ports("node = Other()\nnode.io['a'].get()\n"),
        Vec::<String>::new()
    );
}

#[test]
fn a_name_bound_to_itself_does_not_loop_forever() {
    assert_eq!(ports("n = n\nnode.io[n].get()\n"), ["Get …"]);
    assert_eq!(
        ports("def f(n):\n    f(n)\n    node.io[n].get()\nf('a')\n"),
        ["Get a"]
    );
}

#[test]
fn sending_none_is_detected() {
    let sent = |text: &str| facts(text).ports[0].sends_none;
    assert!(sent("node.io['a'].send(None)\n"));
    assert!(sent("m = None\nnode.io['a'].send(m)\n"));
    assert!(!sent("m = None\nm = f()\nnode.io['a'].send(m)\n"));
    assert!(!sent("node.io['a'].send(Buffer(1))\n"));
}

#[test]
fn imports_name_the_modules_that_are_loaded() {
    let text = "\
import http.client as hc, json
from http import server
from numpy import array
from . import mine
try:
    import cv2
except ImportError:
    cv2 = None
try:
    import zlib
finally:
    pass
";
    let imports = facts(text).imports;
    let modules: Vec<Vec<String>> = imports
        .iter()
        .map(|import| {
            import
                .modules()
                .into_iter()
                .map(|(module, _)| module)
                .collect()
        })
        .collect();
    let expected: [&[&str]; 7] = [
        &["http.client"],
        &["json"],
        &["http", "http.server"],
        &["numpy"],
        &[""],
        &["cv2"],
        &["zlib"],
    ];
    assert_eq!(modules, expected);
    let guarded: Vec<_> = imports.iter().map(|import| import.guarded).collect();
    assert_eq!(guarded, [false, false, false, false, false, true, false]);
    assert_eq!(imports[4].level, 1);
    assert_eq!(&text[imports[0].range.clone()], "http.client");
    assert_eq!(&text[imports[2].names[0].range.clone()], "server");
}

#[test]
fn hosts_are_traced_to_where_they_are_written() {
    use HostKind::{Address, Any, Localhost, Name, Url};
    for (text, expected) in [
        (
            "import socket\ns = socket.socket()\ns.connect(('10.0.0.1', 80))\n",
            ("10.0.0.1", Address),
        ),
        ("s.connect(('broker.local', 80))\n", ("broker.local", Name)),
        (
            "ADDRESS = ('localhost', 1)\ns.connect(ADDRESS)\n",
            ("localhost", Localhost),
        ),
        ("s.bind(('', 80))\n", ("", Any)),
        (
            "s.sendto(data, ('<broadcast>', 80))\n",
            ("<broadcast>", Any),
        ),
        (
            "from socket import create_connection as c\nc(('a.example', 80))\n",
            ("a.example", Name),
        ),
        (
            "import http.client\nhttp.client.HTTPConnection('a.example:8080')\n",
            ("a.example", Name),
        ),
        (
            "import http.client as h\nh.HTTPConnection(host='http://a')\n",
            ("http://a", Url),
        ),
        (
            "import socket\nsocket.gethostbyname('pool.ntp.org')\n",
            ("pool.ntp.org", Name),
        ),
        (
            "import http.client\nfrom urllib.parse import urlparse\nURL = 'http://api.example/x'\nhttp.client.HTTPConnection(urlparse(URL).netloc)\n",
            ("api.example", Name),
        ),
        (
            "class C:\n    def __init__(self, host='b.example'):\n        self.host = host\n    def go(self):\n        s.connect((self.host, 1))\nC()\n",
            ("b.example", Name),
        ),
    ] {
        let (host, kind) = expected;
        assert_eq!(hosts(text), [(host.to_owned(), kind, true)], "{text}");
    }
    let text = "HOST = 'a.example'\ns.connect((HOST, 80))\n";
    let used = &facts(text).hosts[0];
    assert_eq!(&text[used.range.clone()], "'a.example'");
    assert_eq!(&text[used.call.clone()], "s.connect((HOST, 80))");
    assert_eq!(used.purpose, Purpose::Connect);
}

#[test]
fn a_host_that_may_be_replaced_is_not_certain() {
    let text = "host = 'a.example'\nif x:\n    host = '10.0.0.1'\ns.connect((host, 80))\n";
    assert!(hosts(text).iter().all(|(_, _, certain)| !certain));
    assert_eq!(hosts("s.connect((argument, 80))\n"), []);
}

#[test]
fn loops_that_never_wait_are_busy() {
    for (text, head) in [
        ("while True: pass\n", "while True"),
        ("while 1:\n    x = 1\n", "while 1"),
        ("RUN = True\nwhile RUN:\n    x += 1\n", "while RUN"),
        (
            "import itertools\nfor i in itertools.count():\n    print(i)\n",
            "for i in itertools.count()",
        ),
        (
            "while True:\n    f = node.io['a'].tryGet()\n    if f is not None:\n        node.io['b'].send(f)\n",
            "while True",
        ),
        (
            "while True:\n    f = node.io['a'].tryGet()\n    if f is None:\n        continue\n    s.recv(1)\n",
            "while True",
        ),
        (
            "import time\nwhile True:\n    f = node.io['a'].tryGet()\n    if f:\n        time.sleep(1)\n",
            "while True",
        ),
        (
            "def poll():\n    return node.io['a'].tryGet()\nwhile True:\n    poll()\n",
            "while True",
        ),
        (
            "while True:\n    f = node.io['a'].tryGet()\n    if f is not None:\n        break\n",
            "while True",
        ),
    ] {
        assert_eq!(busy(text), [head], "{text}");
    }
}

#[test]
fn loops_that_may_wait_or_end_are_not_busy() {
    for text in [
        "while True:\n    f = node.io['a'].get()\n",
        "while True:\n    node.io['a'].send(m)\n",
        "import time\nwhile True:\n    time.sleep(1)\n",
        "import time\nwhile True:\n    f = node.io['a'].tryGet()\n    if f is None:\n        time.sleep(0.01)\n        continue\n    use(f)\n",
        "import time\nwhile True:\n    f = node.io['a'].tryGet()\n    if f is not None:\n        use(f)\n    else:\n        time.sleep(0.01)\n",
        "from time import sleep\nwhile True:\n    sleep(1)\n",
        "while True:\n    s.accept()\n",
        "while True:\n    unknown()\n",
        "while True:\n    x = x >> 1\n    if not x:\n        break\n",
        "def f():\n    while True:\n        if x():\n            return 1\n",
        "while running:\n    x = 1\n",
        "def wait():\n    node.io['a'].get()\nwhile True:\n    wait()\n",
        "def g():\n    while True:\n        yield 1\n",
        "for x in items:\n    x.update()\n",
        "while True:\n    try:\n        f = node.io['a'].get()\n    except Exception as e:\n        node.warn(str(e))\n",
        "q = node.io['a']\nwhile True:\n    q.get()\n",
    ] {
        assert_eq!(busy(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn messages_with_more_data_than_room_are_detected() {
    for (text, size, bytes) in [
        ("b = Buffer(2)\nb.setData(b'abc')\n", 2, 3),
        (
            "SIZE = 4\nb = Buffer(SIZE)\nb.setData(bytes(SIZE + 1))\n",
            4,
            5,
        ),
        ("b = NNData(1)\nb.setData([1, 2])\n", 1, 2),
        ("Buffer(1 << 2).setData(b'x' * 5)\n", 4, 5),
        ("b = Buffer(1)\nb.setData('é'.encode())\n", 1, 2),
    ] {
        let found = &facts(text).overflows;
        assert_eq!(found.len(), 1, "{text}");
        assert_eq!((found[0].size, found[0].bytes), (size, bytes), "{text}");
    }
    for text in [
        "b = Buffer(3)\nb.setData(b'abc')\n",
        "b = Buffer(30)\nb.setData(data)\n",
        "b = Buffer(1)\nb = Buffer(9)\nb.setData(b'abc')\n",
        "b = Buffer(len(data))\nb.setData(data)\n",
    ] {
        assert_eq!(facts(text).overflows, [], "{text}");
    }
}

#[test]
fn a_script_that_only_logs_has_no_effects() {
    let text = "import time\nwhile True:\n    f = node.io['a'].get()\n    node.warn(str(f))\n    time.sleep(1)\n";
    let quiet = facts(text);
    assert!(!quiet.has_effects);
    assert_eq!(quiet.logs.len(), 1);
    for text in [
        "node.io['a'].send(m)\n",
        "import socket\n",
        "open('/media/mmcsd-0-0/a', 'w')\n",
        "GPIO.write(1, True)\n",
        "use(node.io)\n",
        "import serial\n",
        "import unheard_of\n",
        "Device.setIrFloodLightIntensity(1)\n",
    ] {
        assert!(facts(text).has_effects, "{text}");
    }
}

#[test]
fn interfaces_and_files_of_the_camera_are_found() {
    let text = "\
GPIO.setup(3, GPIO.OUT)
open('/media/mmcsd-0-0/log', 'a')
open(f'/media/mmcsd-0-0/{n}.jpg', 'wb')
open('relative')
";
    let facts = facts(text);
    let names: Vec<_> = facts.device.iter().map(|used| used.name.as_str()).collect();
    assert_eq!(names, ["setup", "OUT"]);
    let paths: Vec<_> = facts.paths.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, ["/media/mmcsd-0-0/log", "/media/mmcsd-0-0/"]);
}

#[test]
fn comments_allow_rules_for_a_statement_or_the_whole_script() {
    let text = "\
x = 1  # oakc: allow(one, two)
# oakc: allow(three)

while True:
    f(1,  # oakc: allow(four)
      2)
";
    let script = Script::parse(text);
    let allowed = |word: &str| -> Vec<_> {
        let names = ["one", "two", "three", "four"].into_iter();
        let offset = text.find(word).unwrap();
        names
            .filter(|name| script.allows(offset, &[name]))
            .collect()
    };
    assert_eq!(allowed("x = 1"), ["one", "two"]);
    assert_eq!(allowed("1  #"), ["one", "two"]);
    assert_eq!(allowed("while"), ["three"]);
    assert_eq!(allowed("f(1"), ["four"]);
    assert_eq!(allowed("2)"), ["four"]);
    let (name, range) = &script.suppressions[0].rules[1];
    assert_eq!((name.as_str(), &text[range.clone()]), ("two", "two"));

    let whole = Script::parse("#oakc:allow( one )\n\"\"\"Docs.\"\"\"\nx = 1\n");
    for offset in [0, 36] {
        assert!(whole.allows(offset, &["one"]));
        assert!(!whole.allows(offset, &["two"]));
    }
    let many = "# oakc: allow(oak1)\nx = 1  # oakc: allow(two)\n# oakc: allow(a)\n# oakc: allow(b)\ny = 2\n";
    let (script, last) = (Script::parse(many), many.find('y').unwrap());
    for name in ["OAK1", "a", "b"] {
        assert!(script.allows(last, &["other", name]), "{name}");
    }
    assert!(!script.allows(last, &["two", "other"]));
    let one = many.find("x =").unwrap();
    assert!(script.allows(one, &["two"]) && script.allows(one, &["OAK1"]));
    assert!(!script.allows(one, &["a"]));
    let none = Script::parse("# oakc: allow one\n# allow(one)\nx = '# oakc: allow(one)'\n");
    assert_eq!(none.suppressions, []);
}

#[test]
fn methods_know_whether_they_read_or_send() {
    assert!(Method::Get.reads() && Method::Get.waits_for_message() && !Method::Get.sends());
    assert!(Method::TryGet.reads() && !Method::TryGet.waits_for_message());
    assert!(Method::TrySend.sends() && !Method::Unknown.sends() && !Method::Unknown.reads());
}

/// `output: inputs` for what a program waits for before each output's first message.
fn awaited(text: &str) -> Vec<String> {
    let facts = facts(text);
    let each = facts.first_sends.iter().map(|send| {
        let output = send.output.as_deref().unwrap_or("…");
        let inputs: Vec<&str> = send.awaited.keys().map(String::as_str).collect();
        format!("{output}: {}", inputs.join(" "))
    });
    each.collect()
}

#[test]
fn what_a_script_waits_for_before_it_sends_is_known() {
    for (text, expected) in [
        (
            "while True:\n    node.io['out'].send(node.io['in'].get())\n",
            vec!["out: in"],
        ),
        (
            "node.io['out'].send(Buffer(1))\nwhile True:\n    m = node.io['in'].get()\n    \
             node.io['out'].send(m)\n",
            vec!["out: "],
        ),
        (
            "def read(p):\n    return p.get()\ndef main():\n    while True:\n        m = \
             read(node.io['in'])\n        node.io['out'].send(m)\nmain()\n",
            vec!["out: in"],
        ),
        (
            "i = node.io['in']\no = node.io['out']\nwhile True:\n    m = i.get()\n    if m.getData():\n        \
             o.send(m)\n    else:\n        node.io['other'].send(m)\n",
            vec!["other: in", "out: in"],
        ),
        (
            "first = True\nwhile True:\n    if not first:\n        m = node.io['in'].get()\n    first = False\n    \
             node.io['out'].send(Buffer(1))\n",
            vec!["out: "],
        ),
        (
            "while True:\n    m = node.io['in'].tryGet()\n    node.io['out'].send(Buffer(1))\n    \
             node.io['in'].get()\n",
            vec!["out: "],
        ),
        (
            "try:\n    m = node.io['in'].get()\n    m.missing()\nexcept AttributeError:\n    \
             pass\nnode.io['out'].send(Buffer(1))\n",
            vec!["out: "],
        ),
    ] {
        assert_eq!(awaited(text), expected, "{text}");
    }
}

#[test]
fn what_may_send_at_any_time_waits_for_nothing() {
    for text in [
        // Another thread sends.
        "import threading\ndef beat():\n    node.io['out'].send(Buffer(1))\n\
         threading.Thread(target=beat).start()\nm = node.io['in'].get()\nnode.io['out'].send(m)\n",
        // A server's class does.
        "from http.server import BaseHTTPRequestHandler\nclass H(BaseHTTPRequestHandler):\n    def \
         do_GET(self):\n        node.io['out'].send(Buffer(1))\nm = \
         node.io['in'].get()\nnode.io['out'].send(m)\n",
        // The port, or the node, is handed on.
        "ports = []\nports.append(node.io['out'])\nm = node.io['in'].get()\nports[0].send(m)\n",
        "import helper\nhelper.start(node)\nm = node.io['in'].get()\nnode.io['out'].send(m)\n",
        "exec('x')\nm = node.io['in'].get()\nnode.io['out'].send(m)\n",
    ] {
        assert!(facts(text).awaited_before("out").is_empty(), "{text}");
    }
    let computed = "def f(name):\n    node.io[name].send(Buffer(1))\nm = node.io['a'].get()\nf(x)\nn = \
                    node.io['b'].get()\nnode.io['out'].send(n)\n";
    let facts = facts(computed);
    let awaited: Vec<&str> = facts.awaited_before("out").into_keys().collect();
    assert_eq!(awaited, ["a"]);
}

#[test]
fn ports_in_branches_that_are_never_taken_are_not_certain() {
    for (text, expected) in [
        (
            "track = False\nif track:\n    node.io['x'].get()\n",
            "Get x?",
        ),
        (
            "if not True:\n    pass\nelif True:\n    node.io['x'].get()\n",
            "Get x",
        ),
        ("if 1:\n    pass\nelse:\n    node.io['x'].get()\n", "Get x?"),
        (
            "track = False\ntrack = True\nif track:\n    node.io['x'].get()\n",
            "Get x",
        ),
        (
            "track = False\nif not track:\n    node.io['x'].get()\n",
            "Get x",
        ),
    ] {
        assert_eq!(ports(text), [expected], "{text}");
    }
}

#[test]
fn a_script_uses_the_network_if_it_uses_a_module_that_opens_connections() {
    for (text, expected) in [
        ("import socket\nsocket.socket()\n", true),
        ("import socket as s\ns.socket()\n", true),
        (
            "from http.server import HTTPServer\nHTTPServer(('', 80), None)\n",
            true,
        ),
        (
            "from http import client\nclient.HTTPConnection('10.0.0.1')\n",
            true,
        ),
        (
            "import http.client\nhttp.client.HTTPConnection('10.0.0.1')\n",
            true,
        ),
        (
            "import socketserver\nsocketserver.TCPServer(('', 80), None)\n",
            true,
        ),
        ("import paho.mqtt.client as mqtt\nmqtt.Client()\n", true),
        ("__import__('socket').socket()\n", true),
        ("import socket\n", false),
        ("from http import HTTPStatus\nprint(HTTPStatus.OK)\n", false),
        ("import json, time\ntime.sleep(1)\njson.dumps(1)\n", false),
    ] {
        assert_eq!(facts(text).uses_network, expected, "{text}");
    }
}
