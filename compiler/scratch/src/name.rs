//! The names of unfinished things: at random, but recognisable for certain.

use std::collections::hash_map::RandomState;
use std::ffi::OsStr;
use std::hash::{BuildHasher, Hasher};
use std::path::{Path, PathBuf};

const START: &str = ".oakc-";
const END: &str = ".unfinished";
/// Hexadecimal digits between them.
const DIGITS: usize = 16;

/// A path in `directory` that nothing has, in all likelihood.
pub(crate) fn random_path(directory: &Path) -> PathBuf {
    let number = RandomState::new().build_hasher().finish();
    directory.join(format!("{START}{number:0DIGITS$x}{END}"))
}

/// Whether this is the name of something unfinished.
pub fn is_unfinished(name: &OsStr) -> bool {
    let name = name.to_str().and_then(|name| name.strip_prefix(START));
    let digits = name.and_then(|name| name.strip_suffix(END));
    digits.is_some_and(|digits| {
        let is_hex = |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        digits.len() == DIGITS && digits.bytes().all(is_hex)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_recognised_and_one_that_only_resembles_it_is_not() {
        let path = random_path(Path::new("d"));
        assert!(is_unfinished(path.file_name().unwrap()), "{path:?}");
        for other in [
            ".oakc-",
            ".oakc-notes.unfinished",
            ".oakc-0123456789abcde.unfinished",
            ".oakc-0123456789ABCDEF.unfinished",
            ".oakc-0123456789abcdef.unfinished.bak",
            "x.oakc-0123456789abcdef.unfinished",
        ] {
            assert!(!is_unfinished(OsStr::new(other)), "{other}");
        }
    }
}
