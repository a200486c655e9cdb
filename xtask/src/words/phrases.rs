//! The banned phrases, with the contexts in which they are good English after all.

use super::tokens::Token;

/// A phrase that nobody should have to read.
pub(super) struct Phrase {
    /// Its words and punctuation, separated by spaces. `*` is any one word, `.` is the end of a clause.
    words: &'static str,
    /// Words before it that make it good English.
    unless_after: &'static [&'static str],
    /// Words behind it that do.
    unless_before: &'static [&'static str],
    /// What to write.
    pub(super) instead: &'static str,
}

const fn never(words: &'static str, instead: &'static str) -> Phrase {
    Phrase {
        words,
        unless_after: &[],
        unless_before: &[],
        instead,
    }
}

/// "There is no file", "is there no file", "the problem is no longer there".
const fn copula(words: &'static str) -> Phrase {
    Phrase {
        words,
        unless_after: &["there", "there's", "it", "here", "why"],
        unless_before: &[
            "longer", "more", "less", "fewer", "larger", "later", "other", "matter",
        ],
        instead: "is not a …",
    }
}

const fn quantity(words: &'static str) -> Phrase {
    Phrase {
        words,
        unless_after: &["not", "in"],
        unless_before: &["that", "people"],
        instead: "this many, this much, a number",
    }
}

pub(super) const PHRASES: &[Phrase] = &[
    copula("is no"),
    copula("are no"),
    copula("was no"),
    copula("were no"),
    never("it is no", "it is not a …"),
    never("that is none", "name what it is, or: is not one"),
    never("which is none", "name what it is, or: is not one"),
    never("that are none", "name what they are, or: are not"),
    never("is one that is none", "name what it is"),
    never("that there is not", "unknown, missing"),
    never("that there are not", "unknown, missing"),
    never("which there is not", "unknown, missing"),
    never("which has not .", "does not have"),
    never("camera has not .", "does not have"),
    never("release has not .", "does not have"),
    never("ready to be package", "ready to be packaged"),
    never("no so many", "there are not that many"),
    quantity("so many bytes"),
    quantity("so many addresses"),
    quantity("so many nodes"),
    quantity("so many cameras"),
    quantity("so much address"),
    never("bytes do not exist", "there are not that many bytes"),
    never("belongs to no character", "invalid UTF-8"),
    never("in 1 places", "in 1 place"),
    never("1 places", "1 place"),
    never("not a optional", "not an optional"),
    never("not a array", "not an array"),
    never("not a integer", "not an integer"),
    never("a integer", "an integer"),
    never("a array", "an array"),
    never("a optional", "an optional"),
    never("a image", "an image"),
    never("a input", "an input"),
    never("a output", "an output"),
    never("a application", "an application"),
    never("after the slash stands", "the prefix length is at most 32"),
    never("something without which", "a required key is missing"),
    never("mask of a network", "netmask"),
    never("there is none such", "there is none"),
    never("the word about it", "a message about it"),
    never("has lost patience", "has timed out"),
    never("facts / constraints", "that file does not exist"),
    never("spannedtree", "that type does not exist"),
    never("can not", "cannot"),
    never("for ever", "forever"),
    never("an other", "another"),
    never("written anew", "written again, regenerated"),
    never("makes anew", "regenerates"),
    never("is told where", "is reported where"),
    never("informations", "information"),
    never("softwares", "software"),
    never("in the same time", "at the same time"),
    never("since * years", "for … years"),
    never("allows to", "allows …ing, lets you"),
    never("permits to", "lets you"),
];

/// Where a clause ends.
const CLAUSE_ENDS: [&str; 8] = [".", ",", ";", ":", ")", "\"", "!", "?"];

impl Phrase {
    /// How many tokens it has, if it stands at `start`.
    pub(super) fn length_at(&self, tokens: &[Token<'_>], start: usize) -> Option<usize> {
        let rest = tokens.get(start..)?;
        let mut length = 0;
        for word in self.words.split(' ') {
            let matches = match (word, rest.get(length)) {
                ("*", Some(_)) => true,
                (".", token) => token.is_none_or(|token| CLAUSE_ENDS.contains(&token.text)),
                (word, Some(token)) => word == token.text.to_lowercase(),
                (_, None) => false,
            };
            if !matches {
                return None;
            }
            length += 1;
        }
        let is = |token: Option<&Token<'_>>, words: &[&str]| {
            token.is_some_and(|token| words.contains(&token.text.to_lowercase().as_str()))
        };
        let before = start.checked_sub(1).and_then(|at| tokens.get(at));
        let fine = is(before, self.unless_after) || is(rest.get(length), self.unless_before);
        (!fine).then_some(length.min(rest.len()))
    }
}
