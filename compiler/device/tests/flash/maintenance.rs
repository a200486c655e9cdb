//! Links that break and cameras that fail.
