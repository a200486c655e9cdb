//! File names for things that were named by others.
//!
//! In: a name from a package or a fleet. Out: a name that stays in its directory on every system. Never:
//! two names that become one.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What is encoded in file names: all but ASCII letters, digits and `_-.`.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'_').remove(b'-').remove(b'.');

/// A name that stays in its directory, whatever the package calls it: a leading dot is encoded too.
pub fn file_name(part: &str) -> String {
    match part.strip_prefix('.') {
        Some(rest) => format!("%2E{}", utf8_percent_encode(rest, ENCODED)),
        None => utf8_percent_encode(part, ENCODED).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn asset_names_become_file_names_that_stay_in_their_directory() {
        assert_eq!(file_name("model_2-v1.blob"), "model_2-v1.blob");
        assert_eq!(file_name(".."), "%2E.");
        assert_eq!(file_name(".hidden"), "%2Ehidden");
        assert_eq!(file_name("a:b\\c~ü"), "a%3Ab%5Cc%7E%C3%BC");
    }
}
