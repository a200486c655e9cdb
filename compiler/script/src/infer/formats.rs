//! `"…" % values` in, why the interpreter refuses it out.

use ruff_python_ast::{Expr, ExprBinOp};

use super::Inference;
use super::types::Type;
use crate::program::ScopeId;

impl<'a> Inference<'_, 'a> {
    /// Why a literal format refuses what is put into it.
    pub(super) fn misformatted(&self, operation: &'a ExprBinOp, scope: ScopeId) -> Option<String> {
        let Expr::StringLiteral(format) = &*operation.left else {
            return None;
        };
        let places = places(format.value.to_str())?;
        let values: Vec<&Expr> = match &*operation.right {
            Expr::Tuple(tuple) if tuple.elts.iter().any(Expr::is_starred_expr) => return None,
            Expr::Tuple(tuple) => tuple.elts.iter().collect(),
            single => {
                let types = self.types(single, scope);
                let is_one = types.known()?.iter().all(|kind| match kind {
                    Type::Object(class) | Type::Container(class, _) => {
                        *class != self.builtins.tuple && *class != self.builtins.dict
                    }
                    Type::Own(_) => false,
                    _ => true,
                });
                if !is_one {
                    return None;
                }
                vec![single]
            }
        };
        if places.len() != values.len() {
            let (places, values) = (places.len(), values.len());
            return Some(format!(
                "the format has {places} placeholders for {values} values"
            ));
        }
        let mut pairs = places.into_iter().zip(values);
        pairs.find_map(|(place, value)| {
            let types = self.types(value, scope);
            let known = types.known()?;
            let refused = known.iter().all(|kind| self.is_unformattable(place, kind));
            let what = self.describe(known.first()?);
            refused.then(|| format!("`%{place}` takes a number, not {what}"))
        })
    }

    fn is_unformattable(&self, place: char, value: &Type) -> bool {
        let builtins = &self.builtins;
        match value {
            Type::None | Type::Function(..) | Type::OwnFunction { .. } | Type::Module(_) => {
                "diuoxXeEfFgG".contains(place)
            }
            Type::Object(class) | Type::Container(class, _) => {
                let number = builtins.is_number(*class);
                let plain =
                    builtins.is_sequence(*class) || [builtins.dict, builtins.set].contains(class);
                match place {
                    'd' | 'i' | 'u' | 'e' | 'E' | 'f' | 'F' | 'g' | 'G' => plain,
                    'o' | 'x' | 'X' => plain || number && *class == builtins.float,
                    _ => false,
                }
            }
            _ => false,
        }
    }
}

/// The kinds of values that a format takes, in order; none where they are named or counted otherwise.
fn places(format: &str) -> Option<Vec<char>> {
    let mut places = Vec::new();
    let mut characters = format.chars();
    while let Some(character) = characters.next() {
        if character != '%' {
            continue;
        }
        let kind = characters.find(|character| !"#0- +.123456789lLh".contains(*character))?;
        match kind {
            '%' => {}
            'd' | 'i' | 'u' | 'o' | 'x' | 'X' | 'e' | 'E' | 'f' | 'F' | 'g' | 'G' | 'c' | 'r'
            | 's' | 'a' => places.push(kind),
            _ => return None,
        }
    }
    Some(places)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_takes_a_value_for_each_place() {
        assert_eq!(places("%d of %-5.1f, 100%%: %s"), Some(vec!['d', 'f', 's']));
        assert_eq!(places("%(name)s"), None);
        assert_eq!(places("%*d"), None);
        assert_eq!(places("100 %"), None);
    }
}
