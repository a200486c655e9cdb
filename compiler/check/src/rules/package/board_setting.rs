//! Settings that the board does not support.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::board_config::BoardConfig;

use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK250",
    name: "board-setting",
    level: Severity::Warning,
    adjustable: true,
    constraints: &["SC13"],
    summary: "A setting that the board does not support.",
    docs: include_str!("board_setting.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let board = context.board();
    let settings = Settings { context, board };
    diagnostics.extend(settings.mtu());
    diagnostics.extend(settings.ethernet());
    diagnostics.extend(settings.emmc());
    diagnostics.extend(settings.pins());
    diagnostics.extend(settings.sysctl());
}

struct Settings<'a> {
    context: &'a Context<'a>,
    board: BoardConfig,
}

impl Settings<'_> {
    fn mtu(&self) -> Option<Diagnostic> {
        let mtu = self.board.network.mtu;
        if mtu == 0 || (576..=1500).contains(&mtu) {
            return None;
        }
        let message = format!("Ethernet cannot carry packets of {mtu} bytes");
        let nearest = mtu.clamp(576, 1500);
        let found = self.found("network.mtu", message, "must be from 576 to 1500, or 0");
        Some(found.help(format!("write {nearest}, or remove it")))
    }

    fn ethernet(&self) -> Option<Diagnostic> {
        let camera = self.context.camera.filter(|camera| !camera.ethernet)?;
        self.context.config().written("board.network.mtu")?;
        let message = format!("{} has no Ethernet", camera.name);
        let found = self.found("network.mtu", message, "has no effect here");
        Some(found.help("remove `network.mtu`"))
    }

    fn emmc(&self) -> Option<Diagnostic> {
        let camera = self.context.camera.filter(|camera| !camera.emmc)?;
        let wanted = self.board.emmc == Some(true);
        let message = format!("{} has no eMMC", camera.name);
        wanted.then(|| {
            self.found("emmc", message, "there is no eMMC to turn on")
                .help("remove `emmc`, and what reads or writes files on the camera")
        })
    }

    fn pins(&self) -> Option<Diagnostic> {
        let pin = |number: &&i8| **number < 0;
        let pins = self.board.gpio.keys().find(pin).map(|pin| ("gpio", pin));
        let ports = self.board.uart.keys().find(pin).map(|port| ("uart", port));
        let (key, number) = pins.or(ports)?;
        let message = format!("{number} is not a valid number for `{key}`");
        Some(self.found(key, message, "the numbers start at 0"))
    }

    fn sysctl(&self) -> Option<Diagnostic> {
        let is_assignment = |line: &String| {
            let name = line.split_once('=').map(|(name, _)| name);
            name.is_some_and(|name| !name.is_empty())
        };
        let line = self.board.sysctl.iter().find(|line| !is_assignment(line))?;
        let message = format!("`{line}` does not set a value of the network stack");
        let found = self.found("sysctl", message, "ignored");
        Some(found.help("write it as `name=value`"))
    }

    fn found(&self, key: &str, message: String, why: &str) -> Diagnostic {
        let place = self.context.config().span(&format!("board.{key}"));
        Diagnostic::new(&RULE, message).label(place, why)
    }
}
