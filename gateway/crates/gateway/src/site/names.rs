//! Names of buckets that stand in templates as literals: `{{data 'orders'}}`. One that no bucket has is found while the site
//! is built, before a request meets it; a name that is worked out while rendering is not.

use std::ops::Range;

use ringback_model::ids::BucketName;

/// The helpers whose arguments name a bucket, and which of them does.
const HELPERS: [(&str, usize); 3] = [("data", 0), ("dataRaw", 0), ("setData", 1)];

/// Where a template names a bucket that there is not. A bucket is meant by any part of its name, whatever the case, as
/// Mockoon looks them up.
pub(super) fn unknown(source: &str, buckets: &[&BucketName]) -> Vec<(Range<usize>, String)> {
    let known = |name: &str| {
        let name = name.to_lowercase();
        buckets.iter().any(|bucket| bucket.as_str().to_lowercase().contains(&name))
    };
    expressions(source)
        .flat_map(|(start, inside)| HELPERS.iter().flat_map(move |helper| calls(start, inside, helper)))
        .filter(|(_, name)| !known(name))
        .collect()
}

/// What stands between `{{` and `}}`, and where it starts.
fn expressions(source: &str) -> impl Iterator<Item = (usize, &str)> {
    source.match_indices("{{").filter_map(move |(at, open)| {
        let start = at + open.len();
        let rest = source.get(start..)?;
        let inside = rest.get(..rest.find("}}").unwrap_or(rest.len()))?;
        let (start, inside) = inside.strip_prefix('{').map_or((start, inside), |inside| (start + 1, inside));
        // A comment names nothing.
        (!inside.starts_with('!')).then_some((start, inside))
    })
}

/// The literal that each call of a helper has as its bucket's name.
fn calls<'a>(
    start: usize,
    inside: &'a str,
    helper: &'a (&str, usize),
) -> impl Iterator<Item = (Range<usize>, String)> + 'a {
    let (name, argument) = *helper;
    inside.match_indices(name).filter_map(move |(at, _)| {
        let head = inside.get(..at)?;
        let starts = head.is_empty() || head.ends_with([' ', '(', '#', '~', '&', '{', '\n']);
        let mut rest = inside.get(at + name.len()..)?;
        if !starts || !rest.starts_with(char::is_whitespace) {
            return None;
        }
        for index in 0..=argument {
            rest = rest.trim_start();
            let quote = rest.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
            let literal = rest.get(1..)?.split_once(quote)?.0;
            let from = start + (inside.len() - rest.len()) + 1;
            if index == argument {
                return Some((from..from + literal.len(), literal.to_owned()));
            }
            rest = rest.get(literal.len() + 2..)?;
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_name_that_no_bucket_has_is_found_where_it_stands() {
        let orders = BucketName::try_new("Orders").unwrap();
        let found = |source: &str| {
            let found = unknown(source, &[&orders]);
            found.into_iter().map(|(span, name)| (source[span].to_owned(), name)).collect::<Vec<_>>()
        };
        let unknown = |name: &str| vec![(name.to_owned(), name.to_owned())];
        assert_eq!(found("{{data 'orders'}} {{dataRaw \"order\" '0.id'}}"), []);
        assert_eq!(found("{{data 'ordrs'}}"), unknown("ordrs"));
        assert_eq!(found("{{{ data 'ordrs' }}}"), unknown("ordrs"));
        assert_eq!(found("{{#each (dataRaw 'users')}}{{/each}}"), unknown("users"));
        assert_eq!(found("{{setData 'push' 'users' null (object a='data')}}"), unknown("users"));
        assert_eq!(found("{{setData 'push' 'orders' null (object data='x')}}"), []);
        assert_eq!(found("{{data (queryParam 'b')}} {{!data 'x'}} data 'x' {{metadata 'x'}} {{data"), []);
    }
}
