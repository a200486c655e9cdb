//! Who has a UDP port: its number in, the program out, where the system tells (Linux, one's own processes).

use std::fs;
use std::path::Path;

/// The most processes that are looked at.
const MOST_PROCESSES: usize = 20_000;

/// The program that has this port, such as `rsyslogd (process 713)`.
pub fn holder(port: u16) -> Option<String> {
    let sockets = ["/proc/net/udp", "/proc/net/udp6"];
    let tables = sockets
        .iter()
        .filter_map(|path| fs::read_to_string(path).ok());
    let inodes: Vec<_> = tables.flat_map(|table| inodes(&table, port)).collect();
    let names: Vec<_> = inodes
        .iter()
        .map(|inode| format!("socket:[{inode}]"))
        .collect();
    let processes = fs::read_dir("/proc").ok()?.take(MOST_PROCESSES);
    // Besides the processes there are links to the one that looks.
    let is_process = |path: &Path| {
        let name = path.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| name.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let processes = processes.flatten().map(|entry| entry.path());
    let mut processes = processes.filter(|path| is_process(path));
    let process = processes.find(|process| has_any(process, &names))?;
    let number = process.file_name()?.to_str()?.to_owned();
    let name = fs::read_to_string(process.join("comm")).ok()?;
    Some(format!("{} (process {number})", name.trim()))
}

/// The sockets of a table of the kernel that are bound to a port.
fn inodes(table: &str, port: u16) -> Vec<String> {
    let port = format!(":{port:04X}");
    let lines = table
        .lines()
        .skip(1)
        .map(|line| line.split_ascii_whitespace());
    let bound = lines.filter_map(|mut fields| {
        let is_bound = fields.nth(1)?.ends_with(&port);
        let inode = fields.nth(7)?;
        is_bound.then(|| inode.to_owned())
    });
    bound.collect()
}

fn has_any(process: &Path, sockets: &[String]) -> bool {
    let Ok(files) = fs::read_dir(process.join("fd")) else {
        return false;
    };
    let mut targets = files
        .flatten()
        .filter_map(|file| fs::read_link(file.path()).ok());
    targets.any(|target| sockets.iter().any(|socket| target == Path::new(socket)))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::net::UdpSocket;

    use super::*;

    #[test]
    fn the_program_that_has_a_port_is_found() {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let port = socket.local_addr().unwrap().port();
        let said = holder(port).unwrap();
        assert!(
            said.contains(&format!("process {}", std::process::id())),
            "{said}"
        );
    }
}
