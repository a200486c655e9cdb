//! Flashing: cameras and a supply of packages in, an outcome out. One camera's failure never keeps another
//! from being flashed.

use std::time::{Duration, Instant, SystemTime};

use oakc_device::flash::{self, Event, Options, Report, State};
use oakc_device::selection::Chosen;
use oakc_device::{Error, Reach, Target};
use oakc_firmware::{Progress, Store};
use oakc_workers::{Panicked, on_each};

use crate::contents::Contents;
use crate::outcome::{CameraOutcome, Failure, Outcome};
use crate::supply::{Claim, Supply};

/// Cameras at once unless said otherwise. Each has its package in memory while it is flashed.
pub const AT_ONCE: usize = 32;

/// Hears what is going on, from several threads at once. Cameras go by their position.
pub trait Watch: Sync {
    /// Firmware is fetched or compressed for a package.
    fn packaging(&self, event: Progress);

    /// It is known what a camera gets.
    fn packed(&self, camera: usize, contents: &Contents);

    /// Something happens to a camera.
    fn flashing(&self, camera: usize, event: &Event<'_>);

    /// A camera is done with, for better or worse.
    fn ended(&self, camera: usize, failure: Option<&Failure>, report: &Report);
}

/// What became of a camera, before it is known which one.
struct Done {
    failure: Option<Failure>,
    report: Report,
    contents: Option<Contents>,
    started: SystemTime,
    time: Duration,
}

/// How cameras are flashed.
#[derive(Debug)]
pub struct Deployment<'a> {
    /// What ends it early, and how patient it is.
    pub reach: Reach,
    /// Where the packages come from; it expects as many cameras as there are.
    pub supply: &'a Supply,
    /// Where firmware comes from.
    pub store: &'a Store,
    /// How each camera is flashed.
    pub options: Options,
    /// Whether to find out only what would happen. A camera that runs an application is not asked: it
    /// would have to restart.
    pub rehearse: bool,
    /// How many cameras at once.
    pub at_once: usize,
}

impl Deployment<'_> {
    /// Flashes the cameras.
    pub fn run(&self, cameras: Vec<Chosen>, watch: &dyn Watch) -> Outcome {
        // Cameras that do not answer keep none waiting that do.
        let mut order: Vec<_> = cameras.iter().enumerate().collect();
        order.sort_by_key(|(_, camera)| camera.seen.is_none());
        let results = on_each(&order, self.at_once, |_, (index, camera)| {
            self.work(*index, camera, watch)
        });
        let results = order.iter().map(|(index, _)| *index).zip(results);
        let mut results: Vec<_> = results
            .map(|(index, result)| {
                let given_up = |panicked| self.given_up(index, panicked, watch);
                (index, result.unwrap_or_else(given_up))
            })
            .collect();
        results.sort_by_key(|(index, _)| *index);
        let cameras = cameras.into_iter().zip(results);
        Outcome {
            cameras: cameras
                .map(|(camera, (_, done))| CameraOutcome {
                    camera,
                    failure: done.failure,
                    report: done.report,
                    contents: done.contents,
                    started: done.started,
                    time: done.time,
                })
                .collect(),
            rehearsed: self.rehearse,
        }
    }

    /// What is said of a camera at which oakc failed: it may have any part of the application.
    fn given_up(&self, index: usize, panicked: Panicked, watch: &dyn Watch) -> Done {
        let mut report = Report::untouched(None);
        if !self.rehearse {
            report.state = State::Incomplete;
        }
        let failure = Some(Failure::Panicked(panicked));
        watch.ended(index, failure.as_ref(), &report);
        Done {
            failure,
            report,
            contents: None,
            started: SystemTime::now(),
            time: Duration::ZERO,
        }
    }

    fn work(&self, index: usize, camera: &Chosen, watch: &dyn Watch) -> Done {
        let (started, clock) = (SystemTime::now(), Instant::now());
        let mut contents = None;
        // Dropped in the end, whatever becomes of the camera: it says that nobody waits for its package.
        let claim = self.supply.claim(index);
        let (failure, report) = match self.on(index, camera, &claim, &mut contents, watch) {
            Ok(mut report) => (report.failure.take().map(Failure::Flash), report),
            Err(failure) => (Some(failure), Report::untouched(None)),
        };
        watch.ended(index, failure.as_ref(), &report);
        Done {
            failure,
            report,
            contents,
            started,
            time: clock.elapsed(),
        }
    }

    fn on(
        &self,
        index: usize,
        camera: &Chosen,
        claim: &Claim<'_>,
        contents: &mut Option<Contents>,
        watch: &dyn Watch,
    ) -> Result<Report, Failure> {
        let mut target: Target = camera.target.clone()?;
        if self.reach.cancel.is_cancelled() {
            return Err(Failure::Flash(Error::Cancelled.into()));
        }
        if camera.seen.is_none() {
            self.look_again(&mut target)?;
        }
        let packed = claim.package(self.store, &mut |event| watch.packaging(event))?;
        watch.packed(index, contents.insert(packed.contents));
        let package = packed.package;
        if !self.rehearse {
            let tell = &mut |event: Event<'_>| watch.flashing(index, &event);
            let options = self.options;
            return Ok(flash::flash(
                &self.reach,
                &mut target,
                &package,
                options,
                tell,
            ));
        }
        if camera.is_running() {
            return Ok(Report::untouched(None));
        }
        let options = self.options;
        Ok(flash::rehearse(&self.reach, &mut target, &package, options))
    }

    /// A camera that has not answered was waited for already; it may have come since.
    fn look_again(&self, target: &mut Target) -> Result<(), Failure> {
        let seen = self.reach.look(target, false);
        match seen.map_err(|error| Failure::Flash(error.into()))? {
            Some(_) => Ok(()),
            None => Err(Failure::Flash(
                self.reach.unreachable(target.address).into(),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::Mutex;

    use oakc_device::discovery::Camera;
    use oakc_device::selection::UnknownMxid;
    use oakc_device::xlink::datagram::DeviceState;
    use oakc_pack::Options as PackOptions;
    use oakc_project::Settings;
    use serde_json::json;

    use super::*;
    use crate::sets::Parameters;

    #[derive(Default)]
    struct Ended(Mutex<Vec<(usize, String)>>);

    impl Watch for Ended {
        fn packaging(&self, _: Progress) {}

        fn packed(&self, _: usize, _: &Contents) {}

        fn flashing(&self, _: usize, _: &Event<'_>) {}

        fn ended(&self, camera: usize, failure: Option<&Failure>, _: &Report) {
            let why = failure.map(ToString::to_string).unwrap_or_default();
            self.0.lock().unwrap().push((camera, why));
        }
    }

    #[test]
    fn what_keeps_one_camera_from_being_flashed_is_in_its_own_result() {
        let directory = tempfile::tempdir().unwrap();
        let app = directory.path().join("app.toml");
        fs::write(&app, "[nodes.cam]\ntype = \"ColorCamera\"\n").unwrap();
        let options = PackOptions {
            firmware: Some(directory.path().join("missing.cmd")),
            ..PackOptions::default()
        };
        let mut supply =
            Supply::open(&app, options, Settings::default(), &[Parameters::ForAll]).unwrap();
        supply.expect(2);
        let store = Store::new(directory.path().join("cache"));
        let deployment = Deployment {
            reach: Reach::default(),
            supply: &supply,
            store: &store,
            options: Options::default(),
            rehearse: false,
            at_once: 1,
        };
        let unknown = "18443010D1B2C30F00".parse().unwrap();
        let camera = |name: &str, target| Chosen {
            name: name.to_owned(),
            target,
            seen: None,
        };
        let here = Target {
            address: "10.0.0.1".parse().unwrap(),
            mxid: None,
        };
        let cameras = vec![
            camera("gone", Err(UnknownMxid(unknown))),
            Chosen {
                seen: Some(Camera {
                    mxid: None,
                    address: here.address,
                    state: DeviceState::Bootloader,
                    supported: true,
                }),
                ..camera("here", Ok(here))
            },
        ];
        let ended = Ended::default();
        let outcome = deployment.run(cameras, &ended);
        assert!(matches!(
            outcome.cameras[0].failure,
            Some(Failure::Unknown(_))
        ));
        assert!(matches!(
            outcome.cameras[1].failure,
            Some(Failure::Supply(_))
        ));
        let json = outcome.json();
        assert_eq!(
            json["summary"],
            json!({ "cameras": 2, "succeeded": 0, "failed": 2 })
        );
        assert_eq!(json["cameras"][1]["state"], "untouched");
        let said = ended.0.into_inner().unwrap();
        // The camera that answers is not kept waiting by the other.
        assert_eq!(said[0].0, 1);
        assert_eq!(json["cameras"][1]["error"], said[0].1.as_str());
    }
}
