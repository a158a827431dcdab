//! A list's items that a query asks for, in place.

use std::{borrow::Cow, cmp::Ordering};

use ringback_model::json::{Array, Json, Lookup};
use ringback_values::number;

use crate::{
    Counts, Js, PatternError,
    js::Primitive,
    listing::{Listing, Sort},
    needle::Needle,
    order,
};

/// What is sent of a list.
pub(crate) struct Sent<'a> {
    pub(crate) items: Vec<&'a Json>,
    pub(crate) counts: Counts,
}

/// The items that a query asks for.
///
/// # Errors
/// When a filter's pattern is broken, and an item is tried against it.
pub(crate) fn page(items: &Array, mut listing: Listing) -> Result<Sent<'_>, PatternError> {
    let total = items.len();
    let mut kept: Vec<&Json> = Vec::with_capacity(total);
    for item in items.iter() {
        if keeps(&mut listing, item)? {
            kept.push(item);
        }
    }
    let counts = Counts { total, filtered: kept.len() };
    let (from, to) = listing.page.map_or((0, kept.len()), |page| page.range(kept.len()));
    let items = match listing.sort {
        Some(sort) => sorted(&kept, sort, from, to),
        None => kept.get(from..to).unwrap_or_default().to_vec(),
    };
    Ok(Sent { items, counts })
}

fn keeps(listing: &mut Listing, item: &Json) -> Result<bool, PatternError> {
    if listing.search.as_ref().is_some_and(|needle| !has(item, needle)) {
        return Ok(false);
    }
    for filter in &mut listing.filters {
        if !filter.holds(item)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether a text is in some text or number of a value.
fn has(value: &Json, needle: &Needle) -> bool {
    match value {
        Json::Null | Json::Bool(_) => false,
        Json::Number(value) => number::with_text(value.as_f64().unwrap_or(f64::NAN), |text| needle.is_in(text)),
        Json::String(text) => needle.is_in(text),
        Json::Array(items) => items.iter().any(|item| has(item, needle)),
        Json::Object(object) => object.iter().any(|(_, member)| has(member, needle)),
    }
}

/// The items from one place to another, once all are sorted. What stays equal keeps its order.
fn sorted<'a>(items: &[&'a Json], mut sort: Sort, from: usize, to: usize) -> Vec<&'a Json> {
    let keys: Vec<Primitive<'_>> = items.iter().map(|item| key(item, &mut sort.by)).collect();
    let compare = |one: usize, other: usize| {
        let order = keys.get(one).zip(keys.get(other)).and_then(|(one, other)| one.compare(other));
        // What can't be compared is as good as equal.
        let order = order.unwrap_or(Ordering::Equal);
        if sort.descending { order.reverse() } else { order }
    };
    let places = if order::is_total(&keys) {
        order::part(items.len(), from, to, compare)
    } else {
        let all = order::as_javascript(items.len(), compare);
        all.get(from..to).unwrap_or_default().to_vec()
    };
    places.into_iter().filter_map(|place| items.get(place).copied()).collect()
}

/// What an item is sorted by: its property, or the item itself if it can have none; texts in lower case.
fn key<'a>(item: &'a Json, by: &mut Lookup) -> Primitive<'a> {
    let value = match item {
        Json::Object(object) => Js::of(by.find(object)),
        Json::Array(_) => Js::of(Some(item)).property(by.name()),
        plain => Js::of(Some(plain)),
    };
    match value {
        Js::Text(text) => Primitive::Text(lower(text)),
        other => other.primitive(),
    }
}

/// A text in lower case, itself where it is already.
fn lower(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.bytes().any(|b| b.is_ascii_uppercase() || !b.is_ascii()) { Cow::Owned(text.to_lowercase()) } else { text }
}
