//! Sizes as people write them: text in, bytes out. Never more than 64 bits hold.

/// A text that is not a size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SizeError {
    /// Something else than digits and a unit.
    #[error("a number of bytes is needed, as in 32M")]
    NotANumber,
    /// More than 64 bits hold.
    #[error("that is more than 64 bits can hold")]
    TooLarge,
}

/// Reads `131072`, `128K`, `128M` or `1G`, whose units are powers of 1024.
///
/// # Errors
/// [`SizeError`] for anything else.
pub fn parse_size(text: &str) -> Result<u64, SizeError> {
    let unit = |unit: char, shift: u32| Some((text.strip_suffix(unit)?, shift));
    let (digits, shift) = unit('K', 10)
        .or_else(|| unit('M', 20))
        .or_else(|| unit('G', 30))
        .unwrap_or((text, 0));
    let number: u64 = digits.parse().map_err(|_| SizeError::NotANumber)?;
    number.checked_mul(1 << shift).ok_or(SizeError::TooLarge)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_with_units_of_1024() {
        assert_eq!(parse_size("7"), Ok(7));
        assert_eq!(parse_size("128K"), Ok(128 << 10));
        assert_eq!(parse_size("128M"), Ok(128 << 20));
        assert_eq!(parse_size("16G"), Ok(16 << 30));
        for text in ["", "M", "-1", "1k", "1 M", "0x10"] {
            assert_eq!(parse_size(text), Err(SizeError::NotANumber), "{text}");
        }
        assert_eq!(parse_size("99999999999G"), Err(SizeError::TooLarge));
    }
}
