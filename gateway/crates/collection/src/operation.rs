//! The nine operations: what each answers and changes.

use http::{Method, StatusCode};
use ringback_model::{json::Json, unit::Change};
use ringback_values::Value;

use crate::{
    Key, NewId, PatternError,
    change::{self, Changed},
    list,
    listing::Listing,
    write::{sent, write},
};

/// What is done with a collection or one of its items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// `GET` of the collection.
    List,
    /// `GET` of an item.
    Get,
    /// `POST` to the collection.
    Create,
    /// `PUT` of the collection.
    Replace,
    /// `PUT` of an item.
    ReplaceItem,
    /// `PATCH` of the collection.
    Merge,
    /// `PATCH` of an item.
    MergeItem,
    /// `DELETE` of the collection.
    Clear,
    /// `DELETE` of an item.
    Remove,
}

/// What a client asks of a collection.
#[derive(Debug, Clone)]
pub struct Asked<'a> {
    /// The item's id, decoded. Empty where the collection itself is meant.
    pub id: &'a str,
    /// The query, an object.
    pub query: &'a Value,
    /// The content: parsed if its type says how, else its text, else an empty object.
    pub body: Value,
}

/// What an operation comes to.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The status. Absent: the response's own.
    pub status: Option<StatusCode>,
    /// Of a list: how many items there are.
    pub counts: Option<Counts>,
    /// The content: JSON, a string without its quotes.
    pub body: Vec<u8>,
    /// What changes, in this order.
    pub changes: Vec<Change>,
    /// Whether the outcome holds only for the very document that was looked at. Not so: it holds for every document
    /// that takes the changes.
    pub reads: bool,
}

/// How many items a list has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// All: `x-total-count`.
    pub total: usize,
    /// Those that were searched for, on whatever page: `x-filtered-count`.
    pub filtered: usize,
}

/// Why an operation is impossible. Mockoon never answers such requests.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CollectionError {
    /// A filter's pattern is none.
    #[error(transparent)]
    Pattern(#[from] PatternError),
    /// The content has something in the place where the id belongs that can't hold it.
    #[error("cannot put the id at `{0}`: what is there has no members")]
    NoPlaceForId(Box<str>),
}

// === impl Operation ===

impl Operation {
    /// What a method means on the collection's path, or on that of an item. Absent: nothing.
    pub fn of(method: &Method, has_id: bool) -> Option<Self> {
        Some(match (method.as_str(), has_id) {
            ("GET", false) => Self::List,
            ("GET", true) => Self::Get,
            ("POST", false) => Self::Create,
            ("PUT", false) => Self::Replace,
            ("PUT", true) => Self::ReplaceItem,
            ("PATCH", false) => Self::Merge,
            ("PATCH", true) => Self::MergeItem,
            ("DELETE", false) => Self::Clear,
            ("DELETE", true) => Self::Remove,
            _ => return None,
        })
    }
}

/// Whether an operation makes an item that has no id yet, so that one must be found.
pub fn needs_id(operation: Operation, document: Option<&Json>, key: &Key, body: &Value) -> bool {
    operation == Operation::Create && matches!(document, Some(Json::Array(_))) && key.is_missing_in(body)
}

/// Does an operation on a bucket's document; absent: it has none, as after `DELETE`. `key` is where items have their ids,
/// `new_id` where a new one comes from.
///
/// # Errors
/// When a filter's pattern is broken and some item is tried against it, or the content has no room for an id.
pub fn run<U: FnOnce() -> String>(
    operation: Operation,
    document: Option<&Json>,
    key: &Key,
    asked: Asked<'_>,
    new_id: NewId<'_, U>,
) -> Result<Outcome, CollectionError> {
    let Asked { id, query, body } = asked;
    let changed = match (operation, document) {
        (Operation::List, Some(Json::Array(items))) => {
            let page = list::page(items, Listing::of(query))?;
            let mut text = Vec::new();
            crate::write::write_list(&mut text, page.items.into_iter());
            return Ok(Outcome { counts: Some(page.counts), ..Outcome::seen(None, text) });
        }
        (Operation::List, value) => return Ok(Outcome::seen(None, value.map(sent).unwrap_or_default())),
        (Operation::Get, Some(Json::Array(items))) => {
            return Ok(match key.find(items, id).and_then(|at| items.get(at)) {
                Some(item) => Outcome::seen(None, sent(item)),
                None => Outcome::missing(),
            });
        }
        (Operation::Get, value) => return Ok(Outcome::seen(None, value.map(sent).unwrap_or_default())),
        (Operation::Create, Some(Json::Array(items))) => change::create(items, key, body, new_id)?,
        (Operation::Create | Operation::Replace, _) => change::replace(body),
        (Operation::ReplaceItem, Some(Json::Array(items))) => match key.find(items, id) {
            Some(at) => change::replace_item(items, at, key, body)?,
            None => return Ok(Outcome::missing()),
        },
        (Operation::MergeItem, Some(Json::Array(items))) => match key.find(items, id) {
            Some(at) => change::merge_item(items, at, body),
            None => return Ok(Outcome::missing()),
        },
        (Operation::Remove, Some(Json::Array(items))) => match key.find(items, id) {
            Some(at) => return Ok(Outcome::gone(Change::Del(at.to_string().into()))),
            None => return Ok(Outcome::missing()),
        },
        (Operation::ReplaceItem, _) => change::replace(body),
        (Operation::Merge | Operation::MergeItem, value) => change::merge(value, body),
        (Operation::Clear | Operation::Remove, _) => return Ok(Outcome::gone(Change::Del("".into()))),
    };
    let Changed { changes, now, reads } = changed;
    let status = if operation == Operation::Create { StatusCode::CREATED } else { StatusCode::OK };
    Ok(Outcome { changes, reads, ..Outcome::seen(Some(status), sent(&now)) })
}

// === impl Outcome ===

impl Outcome {
    /// Nothing changes.
    fn seen(status: Option<StatusCode>, body: Vec<u8>) -> Self {
        Self { status, counts: None, body, changes: vec![], reads: true }
    }

    /// There is no such item.
    fn missing() -> Self {
        Self::seen(Some(StatusCode::NOT_FOUND), empty())
    }

    /// Something was removed.
    fn gone(change: Change) -> Self {
        Self { changes: vec![change], ..Self::seen(Some(StatusCode::OK), empty()) }
    }
}

fn empty() -> Vec<u8> {
    let mut text = Vec::new();
    write(&mut text, &Json::object());
    text
}
