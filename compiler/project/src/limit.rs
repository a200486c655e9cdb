//! How large files may be, by what they are: a bound for the memory that a wrong path can cost, and
//! none for what a camera holds.

/// The largest size of one kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// What such a file is, with its article.
    pub what: &'static str,
    /// Its largest size in bytes.
    pub bytes: u64,
}

impl Limit {
    /// An application's configuration; the parser has the same limit.
    pub const CONFIGURATION: Self = Self::text("a configuration");
    /// A fleet file; the parser has the same limit.
    pub const FLEET: Self = Self::text("a fleet file");
    /// A lock file.
    pub const LOCK: Self = Self::text("a lock file");
    /// What a captured program leaves about its pipelines.
    pub const REPORT: Self = Self::text("a report");
    /// A file that an application names.
    pub const INPUT: Self = Self::of("a file of an application", 256 << 20);
    /// A package. The format ends at 4 GiB, and whole packages are kept in memory.
    pub const PACKAGE: Self = Self::of("a package", 1 << 30);
    /// A JSON dump of a pipeline, which takes several times its size in memory.
    pub const DUMP: Self = Self::of("a dump of a pipeline", 128 << 20);

    const fn text(what: &'static str) -> Self {
        Self::of(what, 16 << 20)
    }

    const fn of(what: &'static str, bytes: u64) -> Self {
        Self { what, bytes }
    }
}
