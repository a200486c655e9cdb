//! The own modules of imported scripts.
//!
//! In: the assets of a node. Out: the same with the script as it was before its modules were put into it, and the files of
//! these. Never: half of the modules: where one of them cannot have its file, the script stays as it is in the package.

use std::collections::BTreeMap;
use std::sync::Arc;

use oakc_core::bundle::{ASSET, Bundle};
use oakc_core::modules::folder_of;
use oakc_runtime_schema::reflect::Asset;

use super::compose::Composer;
use super::document::{Entry, Literal};
use super::files::Files;

/// The assets of a node.
type Assets = BTreeMap<String, Asset>;

impl Composer<'_> {
    /// Assets with stars in place of the secrets in their texts; bundles come later.
    pub(super) fn masked(&mut self, about: &str, assets: &Assets) -> Assets {
        let mut assets = assets.clone();
        let mut found = false;
        for asset in assets.values_mut() {
            if Bundle::of_asset(&asset.bytes).is_some() {
                continue;
            }
            if let Some(masked) = self.params.masked_asset(asset) {
                *asset = masked;
                found = true;
            }
        }
        if found {
            self.note(about, MASKED);
        }
        assets
    }

    /// The assets of the node `name` with its script as in its file, and the keys that say where its modules lie, and that
    /// parameters stand in it.
    /// `paths` are those that the properties name for assets.
    pub(super) fn unbundled(
        &mut self,
        name: &str,
        assets: &Assets,
        paths: &[(String, String)],
    ) -> (Assets, Vec<Entry>) {
        let mut assets = assets.clone();
        let mut keys = Vec::new();
        if let Some(script) = assets.get_mut(ASSET)
            && Bundle::of_asset(&script.bytes).is_none()
            && let Some(template) = self.params.unfilled(&script.bytes)
        {
            script.bytes = template.into_bytes().into();
            keys.push(is_template());
        }
        let mut assets = self.masked(name, &assets);
        let Some(script) = assets.get_mut(ASSET) else {
            return (assets, keys);
        };
        let Some(mut bundle) = Bundle::of_asset(&script.bytes) else {
            return (assets, keys);
        };
        self.params.take(&mut bundle);
        if let Some(template) = self.params.unfilled(bundle.main.as_bytes()) {
            bundle.main = template.into();
            keys.push(is_template());
        }
        let (bundle, had_secrets) = self.params.masked_bundle(&bundle);
        if had_secrets {
            self.note(name, MASKED);
        }
        let bundle = Bundle {
            logged: None,
            ..bundle
        };
        if let Some(text) = bundle.write() {
            script.bytes = text.into_bytes().into();
        }
        let path = paths
            .iter()
            .find(|(key, _)| key == ASSET)
            .map(|(_, path)| path.as_str());
        let mut files = self.files.clone();
        let Some(folders) = unpack(&mut files, &bundle, name, path) else {
            let text =
                "its own modules stay inside its script: their names cannot be those of files here";
            self.note(name, text);
            return (assets, Vec::new());
        };
        self.files = files;
        script.bytes = bundle.main.as_bytes().into();
        let folders = folders.into_iter().map(Literal::Str);
        let folders: Vec<_> = folders.collect();
        if !folders.is_empty() {
            keys.push(Entry::new("modules", Literal::List(folders)));
        }
        (assets, keys)
    }
}

fn is_template() -> Entry {
    Entry::new("template", Literal::Bool(true))
}

/// What there is to say where stars stand for a secret in a file.
const MASKED: &str =
    "a secret stood in the text of a file, where `***` is now: take it from `oakc.params` instead";

/// Keeps a script and its modules in files; the folders in which these are looked for besides the script's own.
fn unpack(
    files: &mut Files,
    bundle: &Bundle,
    name: &str,
    path: Option<&str>,
) -> Option<Vec<String>> {
    let main: Arc<[u8]> = bundle.main.as_bytes().into();
    let known = path.and_then(|path| files.put_at(path, &main));
    let path = known.unwrap_or_else(|| files.put(name, "py", &main));
    let mut folders = Vec::new();
    for (name, module) in bundle
        .modules
        .iter()
        .filter(|(_, module)| !module.is_namespace())
    {
        let bytes: Arc<[u8]> = module.text.as_bytes().into();
        files.put_at(&module.file, &bytes)?;
        let folder = match module.root(name)? {
            "" => ".",
            folder => folder,
        };
        let is_own = folder == folder_of(&path) || folder == "." && folder_of(&path).is_empty();
        if !is_own && !folders.iter().any(|other| other == folder) {
            folders.push(folder.to_owned());
        }
    }
    Some(folders)
}
