//! "Did you mean": the known name closest to what was written.

/// The candidate that `text` is most likely a misspelling of, if any is close enough.
pub fn did_you_mean<'a>(
    text: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    // Reckoning distances to an absurdly long word costs more than it can give.
    if text.len() > 64 {
        return None;
    }
    let wanted = fold(text);
    candidates
        .into_iter()
        .map(|candidate| (score(&wanted, &fold(candidate)), candidate))
        .filter(|(score, _)| *score > 0.72)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, candidate)| candidate)
}

fn score(wanted: &str, candidate: &str) -> f64 {
    strsim::normalized_damerau_levenshtein(wanted, candidate)
        .max(strsim::jaro_winkler(wanted, candidate) - 0.14)
}

/// `previewSize`, `preview-size` and `PREVIEW_SIZE` are all meant as `preview_size`.
fn fold(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}
