//! Where packages are written: what `--output` says and an application in, a path out.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use oakc_core::config::App;
use oakc_project::file_name;

use crate::failure::Failure;

/// What a template may say about an application, besides text.
const PLACEHOLDERS: [&str; 4] = ["name", "version", "profile", "file"];

/// The name of packages in a folder.
const IN_FOLDER: &str = "{name}.dap";

/// How packages are named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Naming {
    /// Next to the application.
    Beside,
    /// This is the package.
    File(PathBuf),
    /// A text with placeholders.
    Template(String),
}

impl Naming {
    /// What `--output` means, for one package or for several.
    pub(super) fn of(output: Option<&Path>, several: bool) -> Result<Self, Failure> {
        let Some(output) = output else {
            return Ok(Self::Beside);
        };
        let text = output.to_string_lossy();
        if text.contains('{') {
            check(&text).map_err(Failure::Usage)?;
            return Ok(Self::Template(text.into_owned()));
        }
        if text.ends_with(std::path::is_separator) || several && output.is_dir() {
            let folder = text.trim_end_matches(std::path::is_separator);
            return Ok(Self::Template(format!("{folder}/{IN_FOLDER}")));
        }
        if several {
            return Err(Failure::Usage(format!(
                "`-o {text}` is one file, for several applications; `-o {text}/` names a folder, and \
                 `-o \"{{name}}.dap\"` a package for each"
            )));
        }
        Ok(Self::File(output.to_owned()))
    }

    /// Where the package of the application in `file` goes.
    pub(super) fn path(&self, file: &Path, app: &App, profile: Option<&str>) -> PathBuf {
        let template = match self {
            Self::Beside => return file.with_extension("dap"),
            Self::File(path) => return path.clone(),
            Self::Template(template) => template,
        };
        let stem = file.file_stem().unwrap_or_default().to_string_lossy();
        let or =
            |text: &str, otherwise: &str| file_name(if text.is_empty() { otherwise } else { text });
        let values = [
            or(&app.name, &stem),
            or(app.version.as_deref().unwrap_or_default(), "0"),
            or(profile.unwrap_or_default(), "default"),
            file_name(&stem),
        ];
        let mut path = String::new();
        let mut rest = template.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            path.push_str(before);
            let (placeholder, after) = after.split_once('}').unwrap_or((after, ""));
            let mut known = PLACEHOLDERS.iter().zip(&values);
            let value = known.find(|(name, _)| **name == placeholder);
            path.push_str(value.map_or("", |(_, value)| value));
            rest = after;
        }
        path.push_str(rest);
        path.into()
    }

    /// Refuses to write one package over another.
    pub(super) fn refuse_collisions(named: &[(&Path, PathBuf)]) -> Result<(), Failure> {
        let mut taken: BTreeMap<&Path, &Path> = BTreeMap::new();
        for (file, output) in named {
            if let Some(other) = taken.insert(output, file) {
                return Err(Failure::Input(format!(
                    "{} and {} would both become {}; give them different names in [app], or use -o with {}",
                    other.display(),
                    file.display(),
                    output.display(),
                    placeholders(),
                )));
            }
        }
        Ok(())
    }
}

/// Whether each placeholder of a template is known.
fn check(template: &str) -> Result<(), String> {
    let mut parts = template.split('{');
    parts.next();
    for part in parts {
        let Some((name, _)) = part.split_once('}') else {
            return Err(format!("`-o {template}`: a `{{` without a `}}`"));
        };
        if !PLACEHOLDERS.contains(&name) {
            let known = placeholders();
            return Err(format!(
                "`-o {template}`: there is no `{{{name}}}`; there are {known}"
            ));
        }
    }
    Ok(())
}

fn placeholders() -> String {
    PLACEHOLDERS.map(|name| format!("`{{{name}}}`")).join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(output: &str, app: &App, profile: Option<&str>) -> String {
        let naming = Naming::of(Some(Path::new(output)), true).unwrap();
        let path = naming.path(Path::new("apps/gate.toml"), app, profile);
        path.to_str().unwrap().to_owned()
    }

    fn app(name: &str, version: Option<&str>) -> App {
        App {
            name: name.to_owned(),
            version: version.map(str::to_owned),
            ..App::default()
        }
    }

    #[test]
    fn templates_and_folders_name_packages() {
        let door = app("door", Some("1.2"));
        assert_eq!(path("dist/", &door, None), "dist/door.dap");
        assert_eq!(
            path("dist/{name}-{version}-{profile}.dap", &door, Some("night")),
            "dist/door-1.2-night.dap"
        );
        let unnamed = app("", None);
        assert_eq!(
            path("{name}-{version}-{profile}-{file}", &unnamed, None),
            "gate-0-default-gate"
        );
    }

    #[test]
    fn a_name_stays_in_its_folder() {
        let sly = app("../../door", None);
        assert_eq!(path("dist/", &sly, None), "dist/%2E.%2F..%2Fdoor.dap");
    }

    #[test]
    fn what_cannot_name_several_packages_is_refused() {
        for output in ["one.dap", "{nam}.dap", "{name.dap"] {
            let failure = Naming::of(Some(Path::new(output)), true).unwrap_err();
            assert!(matches!(failure, Failure::Usage(_)), "{output}");
        }
    }
}
