//! `oakc devices`, `oakc flash` and `oakc device` as a user runs them, against virtual cameras.
//!
//! Commands that search the network run in a network namespace; those that name their camera do not.

mod device;
mod killed;
mod missing;
mod named;
mod network;
mod slow_link;

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use oakc_device::virtual_camera::{Config, Start, VirtualCamera};
use oakc_tests::namespace::in_own_network;
use oakc_tests::process::{App, Ran, SMALL, flat, oakc};
use oakc_tests::requirement::{has_program, missing};
use serde_json::{Value, json};

/// The offset of the application in a memory.
const APPLICATION: u64 = 0x0080_0000;

/// An application and a camera, whose memory is the file `nor.img`.
struct Bench {
    app: App,
    config: Config,
}

impl Bench {
    /// The firmware has this many bytes. Its size decides how long flashing takes.
    fn new(firmware: usize) -> Self {
        let app = App::small();
        app.file("fw.cmd", vec![0xA5; firmware]);
        app.build().exits(0);
        let mut config = Config::new(address());
        config.start = Start::Bootloader;
        config.flash.size = 32 << 20;
        config.flash.file = Some(app.path("nor.img"));
        Self { app, config }
    }

    fn with_fault(mut self, fault: &str) -> Self {
        self.config.faults = vec![fault.parse().unwrap()];
        self
    }

    fn camera(&self) -> VirtualCamera {
        // Processes that other tests start hold copies of all sockets for a moment.
        for _ in 0..50 {
            if let Ok(camera) = VirtualCamera::start(self.config.clone()) {
                return camera;
            }
            thread::sleep(Duration::from_millis(20));
        }
        VirtualCamera::start(self.config.clone()).unwrap()
    }

    /// The same camera after a power cycle, and without faults.
    fn camera_again(&mut self) -> VirtualCamera {
        self.config.faults.clear();
        self.config.start = Start::Stored;
        self.camera()
    }

    fn ip(&self) -> String {
        self.config.address.to_string()
    }

    /// Runs a command on the camera.
    fn run(&self, arguments: &[&str]) -> Ran {
        self.app
            .run(&[arguments, &["--device", &self.ip()]].concat())
    }

    fn holds_the_package(&self) -> bool {
        self.app.read("out/app.dap") == stored(&self.app.path("nor.img"), &self.app)
    }
}

/// What a memory holds at the offset of the application, as many bytes as `out/app.dap` has.
fn stored(memory: &Path, app: &App) -> Vec<u8> {
    let size = app.read("out/app.dap").len() as u64;
    let mut file = File::open(memory).unwrap();
    file.seek(SeekFrom::Start(APPLICATION)).unwrap();
    let mut stored = Vec::new();
    file.take(size).read_to_end(&mut stored).unwrap();
    stored
}

/// Addresses that no other test uses.
pub(crate) fn address() -> Ipv4Addr {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    let first = Ipv4Addr::new(127, 192, 0, 0).to_bits() + ((std::process::id() % 0x1000) << 8);
    Ipv4Addr::from_bits(first + NEXT.fetch_add(1, Ordering::Relaxed))
}

/// The cameras in what `oakc flash` or `oakc devices` prints as JSON.
fn cameras(ran: &Ran) -> Vec<Value> {
    let object: Value = serde_json::from_str(&ran.stdout).unwrap();
    object["cameras"].as_array().unwrap().clone()
}

/// Runs a shell script in a network namespace, next to virtual cameras with these arguments; `$oakc` is
/// the binary. `None` if the system does not allow it.
fn script(app: &App, emulate: &str, script: &str) -> Option<Ran> {
    script_beside(app, &format!("$oakc emulate {emulate}"), script)
}

/// Like [`script`], with the complete command that starts the cameras.
fn script_beside(app: &App, cameras: &str, script: &str) -> Option<Ran> {
    let prelude = "
        ip link set lo up || exit 77
        eval \"$start\" > emulate.log 2>&1 & cameras=$!
        trap 'kill $cameras' EXIT
        for _ in $(seq 200); do grep -q '^listening' emulate.log && break; sleep 0.05; done
    ";
    let mut command = in_own_network(&PathBuf::from("sh"))?;
    let whole = format!("{prelude}\n{script}");
    let like = app.command(&[]);
    command
        .args(["-c", &whole])
        .env("start", format!("exec {cameras}"));
    command.env("oakc", oakc()).current_dir(app.path(""));
    for (name, value) in like.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command.stdin(std::process::Stdio::null());
    let ran: Ran = command.output().unwrap().into();
    if ran.code == Some(77) {
        missing("a network that can be configured (`ip`, /dev/net/tun)");
        return None;
    }
    Some(ran)
}
