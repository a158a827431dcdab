//! Which buckets a route's first request makes: those whose templates need a request, and that the route refers to. What
//! counts as that is Mockoon's rule (`mockoon.md`, section 5): literals in its texts, ids, rules, and in the templates of
//! the buckets so found, one level deep. A name that is worked out while rendering is not seen.

use ringback_model::{
    environment::{
        Body, Bucket, CallbackDefinition, Environment, Header, Response, Route, Rule, Seeding, Target, Text,
    },
    ids::BucketName,
};

/// The buckets that a route's first request makes, in the order in which it makes them.
pub(super) fn of<'e>(environment: &'e Environment, route: &Route) -> Vec<&'e Bucket> {
    let buckets = &environment.buckets;
    let waits = |bucket: &Bucket| matches!(bucket.seed, Seeding::AtFirstUse(_));
    if !buckets.iter().any(waits) {
        return vec![];
    }
    let mut references = References { buckets, found: vec![] };
    references.headers(&environment.headers);
    route.responses().for_each(|response| references.response(response, &environment.callbacks));
    let named = references.found;
    // Of several buckets that are referred to, the references of the last one count.
    let referred = buckets.iter().rfind(|bucket| named.iter().any(|reference| is_meant(bucket, reference)));
    let nested = referred.and_then(|bucket| source(&bucket.seed)).into_iter().flat_map(literals).map(Into::into);
    let mut made: Vec<&Bucket> = vec![];
    for reference in nested.chain(named) {
        let meant = buckets.iter().find(|bucket| is_meant(bucket, &reference));
        made.extend(meant.filter(|bucket| waits(bucket) && !made.iter().any(|known| known.name == bucket.name)));
    }
    made
}

/// Whether a reference means a bucket: its id, or a part of its name, whatever the case.
fn is_meant(bucket: &Bucket, reference: &str) -> bool {
    bucket.id.as_deref() == Some(reference) || bucket.name.as_str().to_lowercase().contains(&reference.to_lowercase())
}

fn source(seed: &Seeding) -> Option<&str> {
    match seed {
        Seeding::Value(_) => None,
        Seeding::Template(text) | Seeding::AtFirstUse(text) => Some(&text.source),
    }
}

/// What a route refers to, as it is written.
struct References<'e> {
    buckets: &'e [Bucket],
    found: Vec<String>,
}

// === impl References ===

impl References<'_> {
    fn response(&mut self, response: &Response, callbacks: &[CallbackDefinition]) {
        self.headers(&response.headers);
        self.body(&response.body);
        let attached = response.callbacks.iter().filter_map(|attachment| callbacks.get(attachment.callback));
        for callback in attached {
            callback.url.texts().for_each(|text| self.text(text));
            self.headers(&callback.headers);
            self.body(&callback.body);
        }
        response.rules.rules.iter().for_each(|rule| self.rule(rule));
    }

    fn headers(&mut self, headers: &[Header]) {
        headers.iter().for_each(|header| self.text(&header.value));
    }

    fn body(&mut self, body: &Body) {
        match body {
            Body::Empty => {}
            Body::Text(text) => self.text(text),
            Body::File(file) => {
                self.text(&file.path);
                file.instead.iter().for_each(|text| self.text(text));
            }
            Body::Bucket(name) => self.bucket(name),
        }
    }

    fn bucket(&mut self, name: &BucketName) {
        let bucket = self.buckets.iter().find(|bucket| bucket.name == *name);
        self.found.extend(bucket.map(|bucket| bucket.id.as_deref().unwrap_or(name.as_str()).to_owned()));
    }

    /// The bucket that a condition is about is the first part of its path.
    fn rule(&mut self, rule: &Rule) {
        if rule.target == Target::Bucket {
            let mut parts = rule.modifier.source.split('.');
            let first = parts.next().filter(|part| !part.starts_with('$')).or_else(|| parts.next());
            self.found.extend(first.map(ToOwned::to_owned));
            self.text(&rule.value);
        }
    }

    fn text(&mut self, text: &Text) {
        self.found.extend(literals(&text.source).map(ToOwned::to_owned));
    }
}

/// What stands in quotes behind `data` or `dataRaw`, anywhere in a text.
fn literals(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("data").filter_map(|(at, word)| {
        let rest = text.get(at + word.len()..)?;
        let rest = rest.strip_prefix("Raw").unwrap_or(rest);
        let quoted = rest.strip_prefix(' ')?.trim_start_matches(' ').strip_prefix(['\'', '|', '"'])?;
        quoted.split(['(', '\'', '|', '"', ')']).next()
    })
}

#[cfg(test)]
mod tests {
    use super::literals;

    #[test]
    fn literals_are_found_as_mockoon_finds_them() {
        let found = |text| literals(text).collect::<Vec<_>>();
        assert_eq!(found("{{data 'a'}}{{dataRaw  \"b.c\" 'x'}}{{#each (dataRaw 'd')}}"), ["a", "b.c", "d"]);
        assert_eq!(found("{{setData 'set' 'a'}} {{data(x)}} {{data (queryParam 'b')}} data''"), Vec::<&str>::new());
        assert_eq!(found("metadata 'a' {{data ''}} {{data 'open"), ["a", "", "open"]);
    }
}
