//! What is written to cameras: a package as it is, or one built for each set of parameters.
//!
//! All sets are checked before anything is built. Packages are built when they are needed, and dropped
//! when the last camera is done with its own: two hundred would not fit into memory.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use oakc_core::CheckedGraph;
use oakc_core::package::inspect;
use oakc_device::flash::{Package, PackageError};
use oakc_firmware::{Progress, Store};
use oakc_pack::{
    Assembly, Doubt, Incompatible, Options, StoredFirmware, assemble, check_compatible,
    compare_lock,
};
use oakc_project::{
    FileError, Findings, InvalidPackage, Limit, LoadError, Settings, is_application, read,
};
use oakc_runtime_schema::eeprom::EepromData;
use oakc_runtime_schema::pipeline::GlobalProperties;
use oakc_runtime_schema::reflect::Reflect;

use crate::contents::Contents;
use crate::sets::{Parameters, Sets};

/// Why nothing can be flashed.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The package cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// The application cannot be read.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// It is not a package that a camera could run.
    #[error("{path}: {reason}", path = path.display())]
    Package {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: PackageError,
    },
    /// It is a file of another kind.
    #[error(transparent)]
    Other(#[from] InvalidPackage),
    /// A camera would go dark with it.
    #[error("{path}: {reason}", path = path.display())]
    Incompatible {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: Incompatible,
    },
    /// Packages have no parameters and profiles any more.
    #[error("{path}: parameters and profiles are for applications (.toml, .yaml); a package is already built", path = .0.display())]
    Parameters(PathBuf),
    /// The checks found errors.
    #[error("the application has errors")]
    Rejected(Box<Findings>),
}

/// Why a camera gets no package.
#[derive(Debug, thiserror::Error)]
pub enum SupplyError {
    /// It cannot be built.
    #[error(transparent)]
    Build(#[from] oakc_pack::Error),
    /// What was built is not a package: oakc has a bug.
    #[error(transparent)]
    Package(#[from] PackageError),
    /// There is no such set of parameters.
    #[error("there is nothing to flash")]
    Nothing,
}

/// Where packages come from.
#[derive(Debug)]
pub struct Supply {
    /// The application, or the package.
    path: PathBuf,
    options: Options,
    recipes: Vec<Recipe>,
    /// For each set of parameters its recipe.
    recipe_of: Vec<usize>,
    /// What the checks found; no errors.
    pub findings: Findings,
    /// What is doubtful about a package that was there already.
    pub doubts: Vec<Doubt>,
}

#[derive(Debug)]
struct Recipe {
    /// What to build; `None` where the package is there already.
    checked: Option<CheckedGraph>,
    /// The calibration in it that replaces the camera's own, if it is one of any camera.
    calibration: Option<EepromData>,
    kept: Mutex<Kept>,
}

#[derive(Debug)]
struct Kept {
    package: Option<Packed>,
    /// What is in the package, or would be; `None` where nobody has asked yet.
    contents: Option<Contents>,
    /// Cameras that are not done with it.
    wanted: usize,
}

/// A package, and what is in it.
#[derive(Clone, Debug)]
pub struct Packed {
    /// The package.
    pub package: Package,
    /// What is in it.
    pub contents: Contents,
}

/// A camera's claim to its package. What nobody has a claim to any more is dropped.
#[derive(Debug)]
pub struct Claim<'a> {
    supply: &'a Supply,
    recipe: Option<&'a Recipe>,
}

/// Reads a package that is there already, and checks that a camera could run it.
///
/// # Errors
/// Where it cannot be read, or no camera could run it.
pub fn read_package(path: &Path) -> Result<(Package, Vec<Doubt>), OpenError> {
    let failed = |reason: PackageError| OpenError::Package {
        path: path.to_owned(),
        reason,
    };
    let bytes: Arc<[u8]> = read(path, Limit::PACKAGE)?.into();
    let package = Package::new(Arc::clone(&bytes)).map_err(|reason| match reason {
        PackageError::Container(reason) => {
            let invalid = InvalidPackage::new(path, &bytes, reason);
            match invalid.found {
                Some(_) => OpenError::Other(invalid),
                None => failed(invalid.reason.into()),
            }
        }
        reason => failed(reason),
    })?;
    let inside = inspect::Package::parse(package.bytes());
    let inside = inside.map_err(|error| failed(error.into()))?;
    let doubts = check_compatible(&inside).map_err(|reason| OpenError::Incompatible {
        path: path.to_owned(),
        reason,
    })?;
    Ok((package, doubts))
}

impl Supply {
    /// Opens a package, or checks an application with each of the sets of parameters, one for each
    /// camera; those of the `settings` count before all of them. A single set of [`Parameters::ForAll`] may serve
    /// any number of `cameras`.
    ///
    /// # Errors
    /// Whatever would keep any of the cameras from getting its package.
    pub fn open(
        path: &Path,
        options: Options,
        settings: Settings<'_>,
        parameters: &[Parameters<'_>],
    ) -> Result<Self, OpenError> {
        let mut supply = Self {
            path: path.to_owned(),
            options,
            recipes: Vec::new(),
            recipe_of: Vec::new(),
            findings: Findings::default(),
            doubts: Vec::new(),
        };
        if is_application(path) {
            supply.check_all(path, settings, parameters)?;
        } else {
            supply.take_package(path, settings, parameters)?;
        }
        Ok(supply)
    }

    fn check_all(
        &mut self,
        path: &Path,
        settings: Settings<'_>,
        parameters: &[Parameters<'_>],
    ) -> Result<(), OpenError> {
        let sets = Sets::check(path, settings, parameters)?;
        if sets.has_errors() {
            return Err(OpenError::Rejected(Box::new(sets.findings)));
        }
        self.findings = sets.findings;
        let checked = sets.checked.into_iter().flatten();
        self.recipes = checked.map(Recipe::of_application).collect();
        self.recipe_of = sets.of;
        Ok(())
    }

    fn take_package(
        &mut self,
        path: &Path,
        settings: Settings<'_>,
        parameters: &[Parameters<'_>],
    ) -> Result<(), OpenError> {
        let varies = !settings.overrides.is_empty() || settings.profile.is_some();
        if varies || parameters.iter().any(Parameters::has_values) {
            return Err(OpenError::Parameters(path.to_owned()));
        }
        let (package, doubts) = read_package(path)?;
        self.doubts = doubts;
        let inside = inspect::Package::parse(package.bytes()).ok();
        let pipeline = inside.and_then(|inside| inside.pipeline.ok());
        let calibration = pipeline.and_then(|it| calibration(it.schema.global_properties));
        let contents = Contents::of_package(&package);
        let mut recipe = Recipe::new(None, Some(Packed { package, contents }));
        recipe.calibration = calibration;
        self.recipes.push(recipe);
        self.recipe_of = vec![0; parameters.len()];
        Ok(())
    }

    /// Compares every package that would be built with the lock file of the application at `path`.
    ///
    /// # Errors
    /// Where something else is pinned, or a package could not be built.
    pub fn compare_lock(
        &self,
        path: &Path,
        store: &Store,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<(), SupplyError> {
        for checked in self.recipes.iter().filter_map(|it| it.checked.as_ref()) {
            compare_lock(checked, path, &self.options, store, progress)?;
        }
        Ok(())
    }

    /// Says how many cameras there are: each gets the set of its own number, or the last one.
    pub fn expect(&mut self, cameras: usize) {
        let last = self.recipe_of.last().copied().unwrap_or_default();
        self.recipe_of.resize(cameras, last);
        for (index, recipe) in self.recipes.iter_mut().enumerate() {
            let wanted = self.recipe_of.iter().filter(|it| **it == index).count();
            let kept = recipe.kept.get_mut();
            kept.unwrap_or_else(PoisonError::into_inner).wanted = wanted;
        }
    }

    /// How many cameras get one and the same calibration in place of their own: the most, where there are
    /// several. At most one does where everything is right, for a calibration is that of one unit.
    pub fn sharing_a_calibration(&self) -> usize {
        let calibrations: Vec<_> = self
            .recipe_of
            .iter()
            .filter_map(|recipe| self.recipes.get(*recipe)?.calibration.as_ref())
            .collect();
        let sharing = calibrations.iter().map(|calibration| {
            let same = calibrations.iter().filter(|other| *other == calibration);
            same.count()
        });
        sharing.max().unwrap_or_default()
    }

    /// What the camera of this number claims. It has to be made for every camera, also for one that turns
    /// out to want nothing.
    pub fn claim(&self, camera: usize) -> Claim<'_> {
        let recipe = self.recipe_of.get(camera);
        Claim {
            supply: self,
            recipe: recipe.and_then(|recipe| self.recipes.get(*recipe)),
        }
    }

    /// What is in the package for the camera of this number, or would be: nothing is kept but that.
    ///
    /// # Errors
    /// Where it cannot be built.
    pub fn contents(
        &self,
        camera: usize,
        store: &Store,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Contents, SupplyError> {
        let recipe = self.recipe_of.get(camera);
        let recipe = recipe.and_then(|recipe| self.recipes.get(*recipe));
        let recipe = recipe.ok_or(SupplyError::Nothing)?;
        let mut kept = recipe.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(contents) = &kept.contents {
            return Ok(contents.clone());
        }
        let checked = recipe.checked.as_ref().ok_or(SupplyError::Nothing)?;
        let built = assemble(checked, &self.options, store, progress)?;
        let contents = self.contents_of(&built, checked);
        kept.contents = Some(contents.clone());
        Ok(contents)
    }

    fn contents_of(&self, built: &Assembly<StoredFirmware>, checked: &CheckedGraph) -> Contents {
        Contents::of_assembly(built, checked.graph().config(), &self.path)
    }

    #[cfg(test)]
    fn keeps(&self) -> usize {
        let kept = |recipe: &&Recipe| recipe.kept.lock().unwrap().package.is_some();
        self.recipes.iter().filter(kept).count()
    }
}

impl Recipe {
    fn of_application(checked: CheckedGraph) -> Self {
        let pipeline = GlobalProperties::from_value(&checked.graph().config().pipeline).ok();
        let mut recipe = Self::new(Some(checked), None);
        recipe.calibration = pipeline.and_then(calibration);
        recipe
    }

    fn new(checked: Option<CheckedGraph>, package: Option<Packed>) -> Self {
        let contents = package.as_ref().map(|it| it.contents.clone());
        let kept = Mutex::new(Kept {
            package,
            contents,
            wanted: 0,
        });
        Self {
            checked,
            calibration: None,
            kept,
        }
    }
}

/// The calibration in a pipeline, if it is one of any camera.
fn calibration(pipeline: GlobalProperties) -> Option<EepromData> {
    let calibration = pipeline.calib_data?;
    (!calibration.camera_data.is_empty()).then_some(calibration)
}

impl Claim<'_> {
    /// The package, built if it is not there.
    ///
    /// # Errors
    /// Where it cannot be built.
    pub fn package(
        &self,
        store: &Store,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Packed, SupplyError> {
        let recipe = self.recipe.ok_or(SupplyError::Nothing)?;
        // Who else wants it waits here until it is built.
        let mut kept = recipe.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(package) = &kept.package {
            return Ok(package.clone());
        }
        let checked = recipe.checked.as_ref().ok_or(SupplyError::Nothing)?;
        let built = assemble(checked, &self.supply.options, store, progress)?;
        let package = Package::new(built.to_bytes().map_err(oakc_pack::Error::from)?)?;
        let contents = self.supply.contents_of(&built, checked);
        let contents = contents.with_bytes(package.bytes());
        let packed = Packed { package, contents };
        kept.package = Some(packed.clone());
        Ok(packed)
    }
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        let Some(recipe) = self.recipe else { return };
        let mut kept = recipe.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.wanted = kept.wanted.saturating_sub(1);
        if kept.wanted == 0 {
            kept.package = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use oakc_diag::render::{HumanOptions, human};
    use oakc_diag::{Diagnostics, SourceMap};
    use tempfile::TempDir;

    use super::*;
    use crate::fleet::Fleet;

    const APP: &str = "[params]\nfps = 10\n[nodes.cam]\ntype = \"ColorCamera\"\nfps = \"${fps}\"\n";

    struct Bench {
        directory: TempDir,
        fleet: Fleet,
    }

    impl Bench {
        fn new(fleet: &str) -> Self {
            let directory = tempfile::tempdir().unwrap();
            fs::write(directory.path().join("app.toml"), APP).unwrap();
            fs::write(directory.path().join("fw.cmd"), [7; 100]).unwrap();
            let (mut sources, mut found) = (SourceMap::new(), Diagnostics::new());
            let fleet = Fleet::read("fleet.toml", fleet, &mut sources, &mut found).unwrap();
            Self { directory, fleet }
        }

        fn open(&self) -> Result<Supply, OpenError> {
            let options = Options {
                firmware: Some(self.directory.path().join("fw.cmd")),
                ..Options::default()
            };
            let parameters = Parameters::of_each(&self.fleet, &self.fleet.members);
            let app = self.directory.path().join("app.toml");
            let mut supply = Supply::open(&app, options, Settings::default(), &parameters)?;
            supply.expect(parameters.len());
            Ok(supply)
        }

        fn package(&self, claim: &Claim<'_>) -> Package {
            let store = Store::new(self.directory.path().join("cache"));
            claim.package(&store, &mut |_| {}).unwrap().package
        }
    }

    const THREE: &str = "[[cameras]]\nname = \"a\"\naddress = \"10.0.0.1\"\n\
                         [[cameras]]\nname = \"b\"\naddress = \"10.0.0.2\"\n\
                         [[cameras]]\nname = \"c\"\naddress = \"10.0.0.3\"\n";

    #[test]
    fn a_package_is_dropped_after_its_last_camera_also_where_others_were_cancelled() {
        let bench = Bench::new(THREE);
        let supply = bench.open().unwrap();
        let first = supply.claim(0);
        let package = bench.package(&first);
        drop(first);
        assert_eq!(supply.keeps(), 1, "two more want it");
        // A camera that is cancelled claims its package and never fetches it.
        drop(supply.claim(1));
        let last = supply.claim(2);
        assert!(bench.package(&last).bytes() == package.bytes());
        drop(last);
        assert_eq!(supply.keeps(), 0);
    }

    #[test]
    fn cameras_with_the_same_parameters_share_a_package() {
        let bench = Bench::new(&THREE.replace(
            "address = \"10.0.0.3\"",
            "address = \"10.0.0.3\"\nparams = { fps = 20 }",
        ));
        let supply = bench.open().unwrap();
        assert_eq!(supply.recipe_of, [0, 0, 1]);
        let packages = [0, 2].map(|camera| bench.package(&supply.claim(camera)));
        assert!(packages[0].bytes() != packages[1].bytes());
    }

    #[test]
    fn a_parameter_that_the_application_has_not_is_marked_in_the_fleet_file() {
        for (wrong, place, words) in [
            ("fsp = 20", "fleet.toml:4:12", "did you mean `fps`?"),
            ("fps = \"fast\"", "fleet.toml:4:12", "not an integer"),
        ] {
            let bench = Bench::new(&THREE.replace(
                "address = \"10.0.0.1\"",
                &format!("address = \"10.0.0.1\"\nparams = {{ {wrong} }}"),
            ));
            let Err(OpenError::Rejected(findings)) = bench.open() else {
                panic!("{wrong} is accepted");
            };
            let said = human(
                &findings.diagnostics,
                &findings.sources,
                HumanOptions::default(),
            );
            assert!(said.contains(place) && said.contains(words), "{said}");
        }
    }

    /// A calibration of one camera, in JSON.
    const CALIBRATION: &str = r#"{"boardName": "NAME", "cameraData": [[1, {"cameraType": 0,
        "width": 1280, "height": 800, "specHfovDeg": 70.0, "lensPosition": 0,
        "intrinsicMatrix": [[800.0, 0.0, 640.0], [0.0, 800.0, 400.0], [0.0, 0.0, 1.0]],
        "distortionCoeff": [], "extrinsics": {"rotationMatrix": [], "toCameraSocket": -1,
        "translation": {"x": 0.0, "y": 0.0, "z": 0.0},
        "specTranslation": {"x": 0.0, "y": 0.0, "z": 0.0}}}]]}"#;

    #[test]
    fn cameras_that_share_the_calibration_of_one_unit_are_counted() {
        let sharing = |app: &str, fleet: &str| {
            let bench = Bench::new(fleet);
            let file = |name: &str, text: &str| {
                fs::write(bench.directory.path().join(name), text).unwrap();
            };
            file("app.toml", app);
            file("a.json", &CALIBRATION.replace("NAME", "a"));
            file("b.json", &CALIBRATION.replace("NAME", "b"));
            file("empty.json", "{}");
            bench.open().unwrap().sharing_a_calibration()
        };
        let app = "[params]\ncalibration = \"a.json\"\n[pipeline]\n\
                   calibration = \"${calibration}\"\n[nodes.cam]\ntype = \"ColorCamera\"\n";
        assert_eq!(sharing(APP, THREE), 0);
        assert_eq!(sharing(app, THREE), 3);
        let own = |address: &str, file: &str| {
            let address = format!("address = \"{address}\"");
            let own = format!("{address}\nparams = {{ calibration = \"{file}\" }}");
            (address, own)
        };
        let (address, with_own) = own("10.0.0.3", "b.json");
        let two = THREE.replace(&address, &with_own);
        assert_eq!(sharing(app, &two), 2);
        let (address, with_own) = own("10.0.0.2", "empty.json");
        let each = two.replace(&address, &with_own);
        assert_eq!(sharing(app, &each), 1);
    }

    #[test]
    fn what_is_too_large_for_a_package_is_wrong_input_and_not_a_failing_world() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("large.dap");
        fs::File::create(&path)
            .and_then(|file| file.set_len(Limit::PACKAGE.bytes + 1))
            .unwrap();
        let settings = Settings::default();
        let error = Supply::open(&path, Options::default(), settings, &[Parameters::ForAll]);
        assert!(
            matches!(error, Err(OpenError::File(FileError::TooLarge { .. }))),
            "{error:?}"
        );
    }
}
