//! Did you mean?

/// Furthest distance at which a name is still taken for another one misspelt.
const DISTANCE_MAX: usize = 3;

/// The candidate nearest to a name, if it is near: one edit for each three characters, at most three. An edit inserts,
/// removes or replaces a character or swaps two neighbours; case does not count. The first of several equally near.
pub fn suggest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = name.to_lowercase();
    let reach = wanted.chars().count().max(3).div_euclid(3).min(DISTANCE_MAX);
    let near = candidates.into_iter().filter(|candidate| candidate.len().abs_diff(name.len()) <= reach * 4);
    near.map(|candidate| (strsim::osa_distance(&wanted, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| *distance <= reach && *candidate != name)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_found_and_far_ones_are_not() {
        let keys = ["response", "responder", "path", "name", "request-body-max"];
        assert_eq!(suggest("respnse", keys), Some("response"));
        assert_eq!(suggest("Path", keys), Some("path"));
        assert_eq!(suggest("nmae", keys), Some("name"));
        assert_eq!(suggest("request_body_max", keys), Some("request-body-max"));
        assert_eq!(suggest("body", keys), None);
        assert_eq!(suggest("", keys), None);
        assert_eq!(suggest("GTE", ["PUT", "GET"]), Some("GET"));
    }
}
