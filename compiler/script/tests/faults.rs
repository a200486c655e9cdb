//! What the interpreter of the camera will raise, and what it will not.
#![allow(clippy::unwrap_used, reason = "tests fail loudly")]

use oakc_script::{FaultKind, NameHint, Ports, Script};

/// `text` of each fault, with `?` where it is not certain.
fn faults(text: &str) -> Vec<String> {
    let mut ports = Ports::default();
    ports
        .inputs
        .insert("frame".to_owned(), vec!["ImgFrame".to_owned()]);
    ports
        .inputs
        .insert("dets".to_owned(), vec!["ImgDetections".to_owned()]);
    ports
        .outputs
        .insert("cfg".to_owned(), vec![vec!["ImageManipConfig".to_owned()]]);
    let faults = Script::faults(text, &ports).into_iter();
    let told = faults.map(|fault| {
        let doubt = if fault.certain { "" } else { "?" };
        format!("{}{doubt}", &text[fault.range])
    });
    told.collect()
}

#[test]
fn faults_are_found_where_everything_that_a_value_may_be_has_them() {
    for (text, expected) in [
        ("foo()\n", vec!["foo"]),
        ("import time\ntime.slep(1)\n", vec!["slep"]),
        (
            "x = 'a' if node else b'a'\nx.foo()\nx.decode()\n",
            vec!["foo"],
        ),
        (
            "f = node.io['frame'].get()\nf.getWidht()\n",
            vec!["getWidht"],
        ),
        (
            "for d in node.io['dets'].get().detections:\n    d.spatialCoordinates\n",
            vec!["spatialCoordinates"],
        ),
        (
            "node.io['cfg'].send(CameraControl())\n",
            vec!["node.io['cfg'].send(CameraControl())"],
        ),
        ("def f(a, b):\n    return a\nf(1)\n", vec!["f(1)"]),
        ("def f(a):\n    return a + 1\nf(2)\nf('x')\n", vec!["a + 1"]),
        (
            "total = None\nnode.warn(str(total + 1))\n",
            vec!["total + 1"],
        ),
        ("def f():\n    n += 1\nn = 0\nf()\n", vec!["n"]),
        (
            "class A:\n    def __init__(self):\n        self.x = 1\nA().y\n",
            vec!["y"],
        ),
        ("'%d of %d' % (1, 2, 3)\n", vec!["'%d of %d' % (1, 2, 3)"]),
        (
            "try:\n    foo()\nexcept Exception:\n    pass\n",
            vec!["foo?"],
        ),
        ("def f():\n    foo()\n", vec!["foo?"]),
        ("f = node.io['frame'].tryGet()\nf.getData()\n", vec!["f"]),
    ] {
        assert_eq!(faults(text), expected, "{text}");
    }
}

#[test]
fn what_may_be_right_is_silent() {
    for text in [
        "track = False\nif track:\n    foo()\n",
        "try:\n    foo\nexcept NameError:\n    foo = 1\n",
        "from time import *\nslep(1)\n",
        "globals()['foo'] = 1\nfoo\n",
        "x = None\nif x is not None:\n    x.foo()\n",
        "x = anything = node.io['other'].get()\nx.foo()\n",
        "def f(cb=None):\n    if cb:\n        cb()\nf()\n",
        "class A:\n    def f(self):\n        return self.y\nclass B(A):\n    y = 1\nB().f()\n",
        "def f(x):\n    if isinstance(x, str):\n        return x.encode()\n    return x\nf(b'x')\n",
        "for i in range(3):\n    last = i\nnode.warn(str(last))\n",
        "while True:\n    if node.io['a'].tryGet():\n        node.warn(str(x))\n    x = 1\n",
        "import urllib.request\nurllib.error\n",
        "print([a for a in 'xy' if a], {k: v for k, v in {}.items()})\n",
        "node.io['cfg'].send(ImageManipConfig())\n",
        "f = node.io['frame'].tryGet()\nif f:\n    f.getData()\n",
        "import socket\nsocket.SO_OF_ANOTHER_SYSTEM\n",
        "message = Buffer(30)\nmessage.setData(b'x')\n",
    ] {
        assert_eq!(faults(text), [""; 0], "{text}");
    }
}

#[test]
fn names_are_hinted_at() {
    for (text, expected) in [
        ("nod.warn('x')\n", NameHint::Near("node".to_owned())),
        ("time.time()\n", NameHint::Import("time".to_owned())),
        (
            "dai.Buffer()\n",
            NameHint::Library {
                member: Some("Buffer".to_owned()),
                here: Some("Buffer".to_owned()),
            },
        ),
        (
            "depthai.Pipeline()\n",
            NameHint::Library {
                member: Some("Pipeline".to_owned()),
                here: Some("Pipeline".to_owned()),
            },
        ),
        (
            "ImageManipConfigV2()\n",
            NameHint::Version3(Some("ImageManipConfig".to_owned())),
        ),
        (
            "dai.ImageManipConfigV2()\n",
            NameHint::Version3(Some("ImageManipConfig".to_owned())),
        ),
        ("RGBDData()\n", NameHint::Version3(None)),
        ("EdgeDetectorConfig()\n", NameHint::OnHost),
    ] {
        let fault = Script::faults(text, &Ports::default()).remove(0);
        let FaultKind::UndefinedName { hint, .. } = fault.kind else {
            panic!("{text}: {:?}", fault.kind);
        };
        assert_eq!(hint, Some(expected), "{text}");
    }
}
