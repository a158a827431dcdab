//! Sorting by a comparison that need not be one.
//!
//! JavaScript compares what can't be compared (a text with a number, anything with nothing) as neither less nor more, which
//! is no order: what a sort makes of it depends on how it sorts. V8 sorts lists of fewer than 64 elements by taking the
//! run that the list begins with and inserting all others into it, and so does this; longer ones are merged of such runs.

use std::cmp::Ordering;

use crate::js::Primitive;

/// Runs of fewer elements are filled up (V8's and Python's list sort).
const RUN: usize = 64;

/// Whether a comparison of these values is an order: they are all texts, or all numbers, or all nothing.
pub(crate) fn is_total(keys: &[Primitive<'_>]) -> bool {
    let kind = |key: &Primitive<'_>| match key {
        Primitive::Text(_) => 0,
        Primitive::Number(number) if number.is_nan() => 1,
        Primitive::Number(_) => 2,
    };
    keys.first().is_none_or(|first| keys.iter().all(|key| kind(key) == kind(first)))
}

/// The places of so many elements, sorted, from one to another. The comparison is an order.
pub(crate) fn part(count: usize, from: usize, to: usize, compare: impl Fn(usize, usize) -> Ordering) -> Vec<usize> {
    // A tie is broken by the place, so that any sort keeps the order of what is equal.
    let total = |one: &usize, other: &usize| compare(*one, *other).then(one.cmp(other));
    let mut places: Vec<usize> = (0..count).collect();
    let to = to.min(count);
    if to < count {
        places.select_nth_unstable_by(to, total);
        places.truncate(to);
    }
    if from > 0 && from < to {
        places.select_nth_unstable_by(from, total);
    }
    let mut places = places.split_off(from.min(to));
    places.sort_unstable_by(total);
    places
}

/// The places of so many elements, sorted as V8 would. The comparison may be none.
pub(crate) fn as_javascript(count: usize, compare: impl Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let places: Vec<usize> = (0..count).collect();
    let mut runs: Vec<Vec<usize>> = places.chunks(RUN - 1).map(|chunk| inserted(chunk, &compare)).collect();
    while runs.len() > 1 {
        let mut pairs = runs.into_iter();
        runs = Vec::new();
        while let Some(first) = pairs.next() {
            runs.push(match pairs.next() {
                Some(second) => merged(&first, &second, &compare),
                None => first,
            });
        }
    }
    runs.pop().unwrap_or_default()
}

/// The run that some elements begin with, turned round if it falls, and the others inserted into it.
fn inserted(places: &[usize], compare: &impl Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let falls = |pair: &[usize]| matches!(pair, [one, next] if compare(*next, *one).is_lt());
    let mut pairs = places.windows(2);
    let falling = pairs.next().is_some_and(falls);
    let run = (2 + pairs.take_while(|pair| falls(pair) == falling).count()).min(places.len());
    let (run, others) = places.split_at(run);
    let mut sorted = run.to_vec();
    if falling {
        sorted.reverse();
    }
    for place in others {
        let at = bisect(&sorted, |earlier| compare(*place, earlier).is_lt());
        sorted.insert(at, *place);
    }
    sorted
}

fn merged(first: &[usize], second: &[usize], compare: &impl Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut all = Vec::with_capacity(first.len() + second.len());
    let (mut first, mut second) = (first, second);
    while let ([one, rest @ ..], [other, others @ ..]) = (first, second) {
        if compare(*other, *one).is_lt() {
            all.push(*other);
            second = others;
        } else {
            all.push(*one);
            first = rest;
        }
    }
    all.extend_from_slice(first);
    all.extend_from_slice(second);
    all
}

/// Where an element belongs that comes before some. Looks where V8 looks, which matters where the comparison is no order.
fn bisect(sorted: &[usize], comes_before: impl Fn(usize) -> bool) -> usize {
    let (mut left, mut right) = (0, sorted.len());
    while left < right {
        let middle = left + (right - left) / 2;
        match sorted.get(middle) {
            Some(element) if comes_before(*element) => right = middle,
            _ => left = middle + 1,
        }
    }
    left
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_part_is_a_part_of_the_whole(keys in prop::collection::vec(0u8..8, 0..200), from in 0usize..210, to in 0usize..210) {
            let compare = |one: usize, other: usize| keys[one].cmp(&keys[other]);
            let mut all: Vec<usize> = (0..keys.len()).collect();
            all.sort_by(|one, other| compare(*one, *other));
            let (to, from) = (to.min(keys.len()), from.min(to).min(keys.len()));
            prop_assert_eq!(part(keys.len(), from, to, compare), &all[from..to]);
            prop_assert_eq!(as_javascript(keys.len(), compare), all);
        }

        #[test]
        fn what_is_no_order_loses_nothing(answers in prop::collection::vec(0u8..3, 1..50), count in 0usize..300) {
            let compare = |one: usize, other: usize| match answers[(one * 7 + other) % answers.len()] {
                0 => Ordering::Less,
                1 => Ordering::Equal,
                _ => Ordering::Greater,
            };
            let mut places = as_javascript(count, compare);
            places.sort_unstable();
            prop_assert_eq!(places, (0..count).collect::<Vec<_>>());
        }
    }
}
