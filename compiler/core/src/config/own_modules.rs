//! The own modules of the Script nodes.
//!
//! In: a node whose script and folders were read. Out: its modules, and its script with them in it. Never: a change to a
//! script that has no modules of its own.

use oakc_diag::Span;
use oakc_runtime_schema::nodes::Kind;
use oakc_runtime_schema::nodes::script::ScriptProperties;
use oakc_runtime_schema::processor::ProcessorType;
use oakc_runtime_schema::reflect::Reflect;

use super::NodeConfig;
use super::files::unreadable;
use super::reader::Reader;
use crate::bundle::ASSET;
use crate::modules::{OwnModules, Places, folder_of};
use crate::world::ReadError;

impl NodeConfig {
    /// Finds the modules of the node's script, in its own folder and then in `folders`, and puts them into it.
    pub(super) fn find_modules(&mut self, reader: &mut Reader<'_>, folders: &[String]) {
        if self.kind != Kind::Script {
            return;
        }
        let place = reader.spans.get(&format!("{}.modules", reader.path()));
        let place = place.copied().unwrap_or(self.span);
        let folders = folders.iter().map(|it| reader.resolved(it, place));
        let mut folders: Vec<String> = folders.collect();
        folders.retain(|folder| is_folder(reader, folder, place));
        let Some(script) = self.assets.get_mut(ASSET) else {
            return;
        };
        let Ok(main) = std::str::from_utf8(&script.bytes) else {
            return;
        };
        let beside = self
            .files
            .first()
            .map(|file| folder_of(&file.path).to_owned());
        let folders: Vec<String> = beside.into_iter().chain(folders).collect();
        let properties = ScriptProperties::from_value(&self.properties).unwrap_or_default();
        let places = Places {
            folders: &folders,
            on_css: properties.processor == ProcessorType::LEON_CSS,
            library: &reader.library,
        };
        let world = reader.world;
        let own = OwnModules::find(main, places, &mut |path| world.read(path));
        for module in own.iter().flat_map(|own| &own.modules) {
            if let Some(path) = &module.path {
                let bytes = module.module.text.as_bytes().into();
                reader.files.entry(path.clone()).or_insert(bytes);
            }
        }
        if let Some(bundled) = own.as_ref().and_then(OwnModules::bundled) {
            script.bytes = bundled.into_bytes().into();
        }
        self.modules = own;
    }
}

/// Whether modules can be looked for in a folder; it is reported where it cannot be read.
fn is_folder(reader: &mut Reader<'_>, folder: &str, place: Span) -> bool {
    // That of the configuration is there.
    if folder == "." {
        return true;
    }
    let error = match reader.world.read(folder) {
        Err(ReadError::IsDirectory) => return true,
        Err(error) => error,
        Ok(_) => ReadError::Refused("it is a file, not a folder".to_owned()),
    };
    reader.report(unreadable(folder, place, &error, false));
    false
}
