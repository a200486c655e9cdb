//! Rules about limited resources: memory, SHAVEs, encoders, the image processor.

pub(super) mod encoder_throughput;
pub(super) mod isp_throughput;
pub(super) mod memory_budget;
pub(super) mod shave_budget;

use oakc_diag::Diagnostic;

use crate::budget::Account;

/// Labels the items of an account that need the most.
fn mark_largest(mut diagnostic: Diagnostic, account: &Account) -> Diagnostic {
    for (rank, item) in account.largest(3).into_iter().enumerate() {
        let amount = account.unit.amount(item.amount);
        let text = format!("{amount}: {}", item.what);
        diagnostic = match rank {
            0 => diagnostic.label(item.span, text),
            _ => diagnostic.secondary(item.span, text),
        };
    }
    diagnostic
}
