//! Values that nothing documents, found while the configuration was read.

use oakc_core::config::rules::UNDOCUMENTED_VALUE;
use oakc_diag::Diagnostics;

use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&UNDOCUMENTED_VALUE, check);

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    diagnostics.extend(context.config().undocumented.iter().cloned());
}
