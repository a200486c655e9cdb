//! docs/pictures/: the picture of an example, as `oakc graph` draws it.

use std::fs;
use std::io;
use std::path::Path;

use oakc_check::examine;
use oakc_core::Source;
use oakc_core::config::Levels;
use oakc_core::syntax::Language;
use oakc_core::world::MemoryWorld;
use oakc_diag::{Diagnostics, SourceMap};
use oakc_picture::Picture;

/// The picture of `examples/NAME/app.toml` or `app.yaml`.
pub(super) fn svg(root: &Path, name: &str) -> io::Result<String> {
    let folder = root.join("examples").join(name);
    let (file, language) = if folder.join("app.toml").exists() {
        ("app.toml", Language::Toml)
    } else {
        ("app.yaml", Language::Yaml)
    };
    let text = fs::read_to_string(folder.join(file))?;
    let source = Source {
        name: file,
        text: &text,
        language,
        profile: None,
        params: &[],
        overrides: &[],
        levels: &Levels::default(),
    };
    let (mut sources, mut found) = (SourceMap::new(), Diagnostics::new());
    let examined = examine(&source, &files(&folder)?, &mut sources, &mut found);
    let examined = examined.ok_or_else(|| io::Error::other("the example cannot be parsed"))?;
    Picture::of(&examined, &found)
        .svg()
        .map_err(io::Error::other)
}

/// The files in a folder.
fn files(folder: &Path) -> io::Result<MemoryWorld> {
    let mut files = MemoryWorld::default();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if let Some(name) = path.file_name().filter(|_| path.is_file()) {
            files.insert(name.to_string_lossy(), fs::read(&path)?);
        }
    }
    Ok(files)
}
