//! `oakc device recover`: recovers a camera that can only be reached for a moment at a time.

use std::path::{Path, PathBuf};
use std::time::Duration;

use oakc_device::flash::{Options, Package, State};
use oakc_device::maintenance;

use super::{Camera, Selection, SelectionOptions};
use crate::failure::Failure;
use crate::flash::progress::{Progress, Style};
use crate::flash::read_package;
use crate::terminal::{Terminal, result};

/// Recover a camera whose application keeps crashing.
///
/// Its bootloader listens for about a second after each start. This command keeps trying to connect
/// to it, removes the application, and flashes another one if FILE is given.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The camera, by IP, USB path (usb:1.2.3) or MXID (default: the only camera found), and a package
    /// (.dap) to flash afterwards.
    #[arg(value_name = "IP|USB|MXID|FILE", num_args = 0..=2)]
    operands: Vec<PathBuf>,

    #[command(flatten)]
    options: SelectionOptions,

    /// How many seconds to keep trying.
    #[arg(long, value_name = "SECONDS", default_value_t = 120, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    patience: u64,
}

impl Args {
    /// The camera, and the package if there is one: what can name a camera does.
    fn operands(&self) -> Result<(Selection, Option<&Path>), Failure> {
        let mut camera = None;
        let mut file = None;
        for operand in &self.operands {
            let named = operand.to_str().and_then(|text| text.parse().ok());
            let taken = match named {
                Some(locator) => camera.replace(locator).is_some(),
                None => file.replace(operand.as_path()).is_some(),
            };
            if taken {
                let reason = "`oakc device recover` takes one camera and one package";
                return Err(Failure::Usage(reason.to_owned()));
            }
        }
        if camera.is_some() && self.options.device.is_some() {
            let reason = "the camera is named twice: once with --device, and once without";
            return Err(Failure::Usage(reason.to_owned()));
        }
        let options = self.options.clone();
        Ok((Selection { camera, options }, file))
    }
}

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<(), Failure> {
    let (selection, file) = args.operands()?;
    let package = file.map(|path| read_package(path, terminal)).transpose()?;
    let mut camera = Camera::named(&selection)?;
    let what = format!("this removes the application from {}", camera.name);
    selection.confirm_danger(terminal, &what, "recover")?;
    let name = camera.name.clone();
    let told = &mut |tries| {
        terminal.progress(format!(
            "{name}: seen in its bootloader, connecting (attempt {tries})"
        ));
    };
    let patience = Duration::from_secs(args.patience);
    maintenance::recover(&camera.reach, &mut camera.target, patience, told)?;
    camera.progress(terminal, "connected; application removed");
    match package {
        Some(package) => flash(&mut camera, &package, terminal),
        None => result(format!("{}: waiting in its bootloader", camera.name)),
    }
}

/// The package is written and read back.
const PASSES: u64 = 2;

fn flash(camera: &mut Camera, package: &Package, terminal: &Terminal) -> Result<(), Failure> {
    let progress = Progress::new(terminal, Style::Auto, vec![camera.name.clone()], PASSES);
    let options = Options::default();
    let report = oakc_device::flash::flash(
        &camera.reach,
        &mut camera.target,
        package,
        options,
        &mut |event| progress.tell(0, &event),
    );
    progress.finish();
    match report.failure {
        Some(error) => Err(error.into()),
        None if report.state == State::Running => {
            result(format!("{}: the application runs", camera.name))
        }
        None => result(format!("{}: flashed", camera.name)),
    }
}
