//! Rules about the package as a whole: the product it is for, its memory, the board's settings.

pub(super) mod unknown_product;
