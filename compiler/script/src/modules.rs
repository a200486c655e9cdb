//! Which modules the firmware has.
//!
//! In: the name of a module. Out: whether the interpreter of the firmware has it. Never:
//! [`Availability::Absent`] for a module that is not known to be missing.
//!
//! The lists are those of the modules that are frozen or built into the firmware of DepthAI 2.33.
//! They may be incomplete, so a module that no list names is [`Availability::Unknown`].

/// Where a module can be imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Availability {
    /// On both processors.
    Both,
    /// On `LEON_CSS` only.
    CssOnly,
    /// On neither.
    Absent,
    /// Not known.
    Unknown,
}

/// Whether the firmware has a module, by its dotted name.
pub fn availability(module: &str) -> Availability {
    let mut entries = listed().chain(PROVIDED.iter().copied());
    let known = entries.find(|(entry, _)| match entry.strip_suffix(".*") {
        Some(package) => {
            let inside = module.strip_prefix(package);
            inside.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        }
        None => *entry == module,
    });
    known.map_or(Availability::Unknown, |(_, availability)| availability)
}

/// Whether no file can take the place of a module, because the interpreter has it built in, or has loaded it before any
/// script begins; `on_css` tells which processor it is.
pub fn cannot_be_hidden(module: &str, on_css: bool) -> bool {
    ALWAYS_FIRST.contains(&module) || on_css && BUILT_INTO_CSS.contains(&module)
}

/// Every entry of the lists: the dotted name of a module, or `email.*` for a package with all that is in it.
pub fn listed() -> impl Iterator<Item = (&'static str, Availability)> {
    let lists = [
        (ABSENT, Availability::Absent),
        (BOTH, Availability::Both),
        (CSS_ONLY, Availability::CssOnly),
    ];
    let entries = |(list, availability): (&'static [&'static str], Availability)| {
        list.iter().map(move |entry| (*entry, availability))
    };
    lists.into_iter().flat_map(entries)
}

/// Whether a module is useless without a network.
pub fn needs_network(module: &str) -> bool {
    const PROVIDED: &[&str] = &[
        "oakc.clock",
        "oakc.dns",
        "oakc.http",
        "oakc.mqtt",
        "oakc.rtsp",
    ];
    let first = module.split('.').next().unwrap_or(module);
    matches!(first, "socket" | "_socket" | "socketserver" | "http")
        || module == "urllib.request"
        || PROVIDED.contains(&module)
}

/// Whether importing and calling a module changes nothing outside the interpreter and takes next to
/// no time. (`time.sleep` takes time, and is recognized by its name.)
pub(crate) fn is_pure(module: &str) -> bool {
    let first = module.split('.').next().unwrap_or(module);
    PURE.contains(&first)
}

/// What oakc puts into a package where it is imported.
const PROVIDED: &[(&str, Availability)] = &[
    ("oakc", Availability::Both),
    ("oakc.clock", Availability::CssOnly),
    ("oakc.dns", Availability::CssOnly),
    ("oakc.http", Availability::CssOnly),
    ("oakc.log", Availability::Both),
    ("oakc.models", Availability::Both),
    ("oakc.mqtt", Availability::CssOnly),
    ("oakc.network", Availability::Both),
    ("oakc.params", Availability::Both),
    ("oakc.rtsp", Availability::CssOnly),
];

const BOTH: &[&str] = &[
    "GPIO",
    "_abc",
    "_ast",
    "_codecs",
    "_collections",
    "_datetime",
    "_functools",
    "_io",
    "_operator",
    "_sre",
    "_stat",
    "_string",
    "_struct",
    "_symtable",
    "_thread",
    "_warnings",
    "_weakref",
    "abc",
    "atexit",
    "builtins",
    "codecs",
    "collections",
    "copyreg",
    "datetime",
    "encodings",
    "encodings.aliases",
    "encodings.ascii",
    "encodings.latin_1",
    "encodings.mbcs",
    "encodings.utf_8",
    "enum",
    "errno",
    "fcntl",
    "functools",
    "gc",
    "genericpath",
    "heapq",
    "io",
    "itertools",
    "json",
    "json.decoder",
    "json.encoder",
    "json.scanner",
    "keyword",
    "marshal",
    "math",
    "operator",
    "os",
    "os.path",
    "posix",
    "posixpath",
    "pwd",
    "re",
    "reprlib",
    "serial.*",
    "site",
    "sre_compile",
    "sre_constants",
    "sre_parse",
    "stat",
    "struct",
    "sys",
    "termios",
    "textwrap",
    "threading",
    "time",
    "tty",
    "types",
];

const CSS_ONLY: &[&str] = &[
    "_md5",
    "_random",
    "_sha1",
    "_sha256",
    "_sha512",
    "_socket",
    "array",
    "base64",
    "binascii",
    "bisect",
    "calendar",
    "collections.abc",
    "contextlib",
    "copy",
    "email.*",
    "encodings.idna",
    "fnmatch",
    "hashlib",
    "html",
    "http",
    "http.client",
    "http.server",
    "linecache",
    "locale",
    "logging",
    "mimetypes",
    "quopri",
    "random",
    "select",
    "selectors",
    "shutil",
    "socket",
    "socketserver",
    "string",
    "stringprep",
    "token",
    "tokenize",
    "traceback",
    "unicodedata",
    "urllib",
    "urllib.parse",
    "uu",
    "warnings",
    "weakref",
];

const ABSENT: &[&str] = &[
    "argparse",
    "asyncio.*",
    "csv",
    "ctypes.*",
    "cv2",
    "dataclasses",
    "decimal",
    "gzip",
    "importlib.*",
    "inspect",
    "multiprocessing.*",
    "numpy.*",
    "pickle",
    "queue",
    "signal",
    "ssl",
    "statistics",
    "subprocess",
    "tempfile",
    "typing",
    "urllib.request",
    "uuid",
    "zlib",
];

/// Built into both interpreters, or loaded when they start.
const ALWAYS_FIRST: &[&str] = &[
    "GPIO",
    "__main__",
    "_abc",
    "_ast",
    "_codecs",
    "_collections",
    "_datetime",
    "_functools",
    "_io",
    "_operator",
    "_sre",
    "_stat",
    "_string",
    "_struct",
    "_symtable",
    "_thread",
    "_warnings",
    "_weakref",
    "abc",
    "atexit",
    "builtins",
    "codecs",
    "encodings",
    "errno",
    "fcntl",
    "gc",
    "genericpath",
    "io",
    "itertools",
    "lpb",
    "marshal",
    "math",
    "os",
    "posix",
    "posixpath",
    "pwd",
    "site",
    "stat",
    "sys",
    "termios",
    "time",
];

const BUILT_INTO_CSS: &[&str] = &[
    "_md5",
    "_random",
    "_sha1",
    "_sha256",
    "_sha512",
    "_socket",
    "array",
    "binascii",
    "select",
    "unicodedata",
];

const PURE: &[&str] = &[
    "__future__",
    "abc",
    "array",
    "base64",
    "binascii",
    "bisect",
    "calendar",
    "codecs",
    "collections",
    "contextlib",
    "copy",
    "copyreg",
    "datetime",
    "enum",
    "errno",
    "fnmatch",
    "functools",
    "gc",
    "hashlib",
    "heapq",
    "html",
    "itertools",
    "json",
    "keyword",
    "locale",
    "logging",
    "marshal",
    "math",
    "mimetypes",
    "operator",
    "quopri",
    "random",
    "re",
    "reprlib",
    "stat",
    "string",
    "stringprep",
    "struct",
    "sys",
    "textwrap",
    "time",
    "token",
    "tokenize",
    "traceback",
    "types",
    "unicodedata",
    "uu",
    "warnings",
    "weakref",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_are_available_where_the_firmware_has_them() {
        for (module, expected) in [
            ("time", Availability::Both),
            ("os.path", Availability::Both),
            ("socket", Availability::CssOnly),
            ("http.client", Availability::CssOnly),
            ("email.mime.text", Availability::CssOnly),
            ("urllib.parse", Availability::CssOnly),
            ("urllib.request", Availability::Absent),
            ("numpy", Availability::Absent),
            ("numpy.linalg", Availability::Absent),
            ("importlib.util", Availability::Absent),
            ("paho.mqtt.client", Availability::Unknown),
            ("numpyish", Availability::Unknown),
            ("json.tool", Availability::Unknown),
        ] {
            assert_eq!(availability(module), expected, "{module}");
        }
    }

    #[test]
    fn no_module_is_in_two_lists() {
        let all = [BOTH, CSS_ONLY, ABSENT].concat();
        for module in &all {
            let count = all.iter().filter(|other| *other == module).count();
            assert_eq!(count, 1, "{module}");
        }
    }

    #[test]
    fn only_modules_that_communicate_need_a_network() {
        assert!(needs_network("socket") && needs_network("http.server"));
        assert!(!needs_network("select") && !needs_network("urllib.parse"));
    }
}
