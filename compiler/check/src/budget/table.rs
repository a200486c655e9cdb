//! Budgets as text.
//!
//! In: a [`Budget`]. Out: a table for people, or a line for a summary. Never: numbers that the
//! budget does not hold.

use std::fmt::{self, Write as _};

use oakc_diag::render::Page;

use super::{Account, Budget, Resource, Unit};

impl Budget {
    /// In brief: "memory 151.2 of 330.0 MiB, SHAVEs 8 of 16".
    pub fn summary(&self) -> String {
        let short = [
            Resource::Memory,
            Resource::Shaves,
            Resource::VideoEncoder,
            Resource::JpegEncoder,
        ];
        let accounts = self
            .accounts()
            .filter(|account| short.contains(&account.resource));
        let parts: Vec<_> = accounts
            .map(|account| format!("{} {}", account.resource, account.used()))
            .collect();
        parts.join(", ")
    }

    /// Item by item.
    pub fn page(&self) -> Page {
        let mut page = Page::new();
        for account in self.accounts() {
            account.add_to(&mut page);
        }
        page
    }
}

impl Account {
    pub(super) fn add_to(&self, page: &mut Page) {
        page.line(format_args!(
            "{:<18} {}",
            self.resource.to_string(),
            self.used()
        ));
        let name = |item: &super::Item| item.node.chars().count();
        let width = self.items.iter().map(name).max().unwrap_or_default();
        for item in &self.items {
            let amount = self.unit.amount(item.amount);
            let (node, what) = (&item.node, &item.what);
            page.line(format_args!("  {amount:>16}  {node:<width$}  {what}"));
        }
        for node in &self.unknown {
            page.line(format_args!("  {:>16}  {node:<width$}", "unknown"));
        }
    }

    /// "151.2 of 330.0 MiB (46 %)".
    fn used(&self) -> String {
        let total = self.total();
        let mut text = String::new();
        if !self.unknown.is_empty() {
            text.push_str("at least ");
        }
        text.push_str(&self.unit.amount(total));
        if let Some(available) = self.available {
            let percent = total.saturating_mul(100) / available.max(1);
            let _ = write!(text, " of {} ({percent} %)", self.unit.amount(available));
        }
        text
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Memory => "memory",
            Self::Shaves => "SHAVEs",
            Self::CmxSlices => "CMX slices",
            Self::NeuralEngines => "neural engines",
            Self::VideoEncoder => "H.26x encoder",
            Self::JpegEncoder => "JPEG encoder",
            Self::ImageProcessor => "image processor",
            Self::Link => "link",
        })
    }
}

impl Unit {
    /// An amount for display.
    pub fn amount(self, amount: u64) -> String {
        match self {
            Self::Bytes => format!("{} MiB", tenths(amount, 1 << 20)),
            Self::Count => amount.to_string(),
            Self::PixelsPerSecond => format!("{} MPix/s", tenths(amount, 1_000_000)),
            Self::BitsPerSecond => format!("{} Mbit/s", tenths(amount, 1_000_000)),
        }
    }
}

/// A number in units of `unit`, to one digit.
fn tenths(amount: u64, unit: u64) -> String {
    let tenths = (amount.saturating_mul(10).saturating_add(unit / 2)) / unit;
    format!("{}.{}", tenths / 10, tenths % 10)
}
