//! docs/pictures/: the picture of an example, as `oakc graph` draws it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use oakc_check::examine;
use oakc_core::Source;
use oakc_core::config::Levels;
use oakc_core::syntax::Language;
use oakc_core::world::{ReadError, World};
use oakc_diag::{Diagnostics, SourceMap};
use oakc_picture::Picture;

/// The files beside a configuration.
struct Folder(PathBuf);

impl World for Folder {
    fn read(&self, path: &str) -> Result<Arc<[u8]>, ReadError> {
        let bytes = fs::read(self.0.join(path));
        bytes
            .map(Arc::from)
            .map_err(|error| ReadError::Refused(error.to_string()))
    }
}

/// The picture of `examples/NAME/app.yaml`.
pub(super) fn svg(root: &Path, name: &str) -> io::Result<String> {
    let folder = root.join("examples").join(name);
    let text = fs::read_to_string(folder.join("app.yaml"))?;
    let source = Source {
        name: "app.yaml",
        text: &text,
        language: Language::Yaml,
        overrides: &[],
        levels: &Levels::default(),
    };
    let (mut sources, mut found) = (SourceMap::new(), Diagnostics::new());
    let examined = examine(&source, &Folder(folder), &mut sources, &mut found);
    let examined = examined.ok_or_else(|| io::Error::other("the example cannot be parsed"))?;
    Picture::of(&examined, &found)
        .svg()
        .map_err(io::Error::other)
}
