//! Operations that change a bucket: what is there afterwards, and the least changes that lead to it.

use ringback_model::{
    json::{Array, Json, Object},
    unit::Change,
};
use ringback_values::Value;

use crate::{CollectionError, Key, NewId, js::json_of};

/// What an operation changes.
pub(crate) struct Changed {
    /// In this order.
    pub(crate) changes: Vec<Change>,
    /// What the client gets: the new item, or the whole.
    pub(crate) now: Json,
    /// As [`Outcome::reads`](crate::Outcome::reads).
    pub(crate) reads: bool,
}

/// Appends an item, with an id if it has none.
pub(crate) fn create<U: FnOnce() -> String>(
    items: &Array,
    key: &Key,
    body: Value,
    new_id: NewId<'_, U>,
) -> Result<Changed, CollectionError> {
    let missing = key.is_missing_in(&body);
    let mut now = json_of(&body);
    if missing {
        key.put(&mut now, new_id.find(items, key))?;
    }
    // An append finds its place by itself; only an id that follows from the others' depends on them.
    Ok(Changed { changes: vec![Change::Push("".into(), now.clone())], now, reads: missing })
}

/// Puts the content in place of everything.
pub(crate) fn replace(body: Value) -> Changed {
    let now = json_of(&body);
    Changed { changes: vec![Change::Set("".into(), now.clone())], now, reads: false }
}

/// Puts the content in place of an item, which keeps its id where the content has none.
pub(crate) fn replace_item(items: &Array, at: usize, key: &Key, body: Value) -> Result<Changed, CollectionError> {
    let now = match items.get(at) {
        Some(item @ (Json::Object(_) | Json::Array(_))) => {
            let mut now = Json::Object(members(json_of(&body)));
            if key.is_absent_in(&body) {
                // The item was found by it, but for a key with an escape: then there may be nothing to put back.
                if let Some(id) = key.of(item).to_json() {
                    key.put(&mut now, id)?;
                }
            }
            now
        }
        _ => json_of(&body),
    };
    Ok(item_becomes(at, now))
}

/// Copies the content's members into an item.
pub(crate) fn merge_item(items: &Array, at: usize, body: Value) -> Changed {
    match items.get(at) {
        Some(Json::Object(item)) => {
            let brought = members(json_of(&body));
            let now = Json::Object(merged(item.clone(), &brought));
            let changes = vec![Change::Merge(at.to_string().into(), Json::Object(brought))];
            Changed { changes, now, reads: true }
        }
        Some(item @ Json::Array(_)) => {
            item_becomes(at, Json::Object(merged(members(item.clone()), &members(json_of(&body)))))
        }
        _ => item_becomes(at, json_of(&body)),
    }
}

/// Copies the content's members into the whole; appends a list to a list.
pub(crate) fn merge(value: Option<&Json>, body: Value) -> Changed {
    match (value, json_of(&body)) {
        (Some(Json::Array(items)), Json::Array(more)) => {
            let changes = more.iter().map(|item| Change::Push("".into(), item.clone())).collect();
            let mut all = items.clone();
            more.iter().for_each(|item| all.push(item.clone()));
            Changed { changes, now: Json::Array(all), reads: true }
        }
        (Some(Json::Object(object)), body) => {
            let brought = members(body);
            let now = Json::Object(merged(object.clone(), &brought));
            Changed { changes: vec![Change::Merge("".into(), Json::Object(brought))], now, reads: true }
        }
        (Some(value @ Json::Array(_)), body) => {
            let now = Json::Object(merged(members(value.clone()), &members(body)));
            Changed { changes: vec![Change::Set("".into(), now.clone())], now, reads: true }
        }
        (_, now) => Changed { changes: vec![Change::Set("".into(), now.clone())], now, reads: true },
    }
}

fn item_becomes(at: usize, now: Json) -> Changed {
    Changed { changes: vec![Change::Set(at.to_string().into(), now.clone())], now, reads: true }
}

/// The members that `{...value}` has: an array's elements by their index, nothing of what has none.
fn members(value: Json) -> Object {
    match value {
        Json::Object(object) => object,
        Json::Array(items) => {
            items.iter().enumerate().map(|(index, item)| (index.to_string().into(), item.clone())).collect()
        }
        _ => Object::default(),
    }
}

fn merged(mut object: Object, brought: &Object) -> Object {
    brought.iter().for_each(|(key, value)| drop(object.insert(key, value.clone())));
    object
}
