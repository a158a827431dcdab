//! What an applicant sends.

use ringback_plugin::Request;
use serde_json::{Map, Value};

/// An application that can be worked on.
#[derive(Clone)]
pub(crate) struct Application {
    /// 1 to 64 letters, digits, `-` and `_`.
    pub(crate) id: String,
    pub(crate) name: String,
    /// Empty: not told.
    pub(crate) country: String,
    /// Not checked: the gateway does when it is called back.
    pub(crate) callback_url: String,
}

/// Why one can't.
pub(crate) struct Unfit {
    pub(crate) status: u16,
    pub(crate) why: String,
}

const ID_MAX_BYTES: usize = 64;

// === impl Application ===

impl Application {
    pub(crate) fn read(request: &Request) -> Result<Self, Unfit> {
        let unfit = |status, why: &str| Unfit { status, why: why.into() };
        let Ok(members) = request.json::<Map<String, Value>>() else {
            return Err(unfit(400, "the body is not a JSON object"));
        };
        let text = |member| match members.get(member) {
            Some(Value::String(text)) => Ok(text.clone()),
            _ => Err(unfit(422, &format!("`{member}` is missing"))),
        };
        let (id, name, callback_url) = (text("id")?, text("name")?, text("callbackUrl")?);
        if !is_id(&id) {
            return Err(unfit(422, "`id` may hold letters, digits, `-` and `_` only"));
        }
        let country = text("country").unwrap_or_default();
        Ok(Self { id, name, country, callback_url })
    }
}

fn is_id(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (1..=ID_MAX_BYTES).contains(&text.len()) && text.bytes().all(is_plain)
}
