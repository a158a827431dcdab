//! `wasi:http/types.fields`: names and values, checked as they are put in.

use http::{HeaderName, HeaderValue, header};
use ringback_model::{
    http_values::is_hop_by_hop,
    limits::{HEADERS_MAX_BYTES, HEADERS_MAX_COUNT},
};
use wasmtime::component::Resource;

use super::{
    Handle, NoSuchThing, Thing,
    wit::{HeaderError, HostFields},
};
use crate::state::State;

/// Header fields in their order.
#[derive(Debug, Clone, Default)]
pub(super) struct Fields {
    fields: Vec<(HeaderName, HeaderValue)>,
    /// Those of somebody's request or answer can't be changed.
    immutable: bool,
}

type Changed = Result<(), HeaderError>;

// === impl Fields ===

impl Fields {
    /// Those of an answer.
    pub(super) fn of(headers: &http::HeaderMap) -> Self {
        let fields = headers.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        Self { fields, immutable: true }
    }

    pub(super) fn immutable(mut self) -> Self {
        self.immutable = true;
        self
    }

    /// What goes out: the rest is the gateway's own.
    pub(super) fn into_sendable(self) -> Vec<(HeaderName, HeaderValue)> {
        let is_ours = |name: &HeaderName| *name == header::HOST || *name == header::CONTENT_LENGTH;
        self.fields.into_iter().filter(|(name, _)| !is_ours(name)).collect()
    }

    fn append(&mut self, name: &str, value: &[u8]) -> Changed {
        let bytes: usize = self.fields.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
        if self.fields.len() >= HEADERS_MAX_COUNT || bytes + name.len() + value.len() > HEADERS_MAX_BYTES {
            return Err(HeaderError::Forbidden);
        }
        let (name, value) = (name_of(name)?, HeaderValue::from_bytes(value).map_err(|_| HeaderError::InvalidSyntax)?);
        self.fields.push((name, value));
        Ok(())
    }

    fn values(&self, name: &str) -> Vec<Vec<u8>> {
        let Ok(name) = HeaderName::from_bytes(name.as_bytes()) else { return vec![] };
        let values = self.fields.iter().filter(|(known, _)| *known == name);
        values.map(|(_, value)| value.as_bytes().to_vec()).collect()
    }

    fn delete(&mut self, name: &str) -> Changed {
        let name = name_of(name)?;
        self.fields.retain(|(known, _)| *known != name);
        Ok(())
    }
}

/// A name that a guest may set.
fn name_of(name: &str) -> Result<HeaderName, HeaderError> {
    let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| HeaderError::InvalidSyntax)?;
    if is_hop_by_hop(&name) { Err(HeaderError::Forbidden) } else { Ok(name) }
}

// === impl State ===

impl State {
    fn fields(&mut self, handle: &Resource<Handle>) -> wasmtime::Result<&mut Fields> {
        self.budget.host_call()?;
        match self.things.get(handle) {
            Some(Thing::Fields(fields)) => Ok(fields),
            _ => Err(NoSuchThing("header fields").into()),
        }
    }

    fn change_fields(
        &mut self,
        handle: &Resource<Handle>,
        change: impl FnOnce(&mut Fields) -> Changed,
    ) -> wasmtime::Result<Changed> {
        let fields = self.fields(handle)?;
        Ok(if fields.immutable { Err(HeaderError::Immutable) } else { change(fields) })
    }
}

impl HostFields for State {
    fn new(&mut self) -> wasmtime::Result<Resource<Handle>> {
        self.budget.host_call()?;
        Ok(self.things.put(Thing::Fields(Fields::default())))
    }

    fn from_list(
        &mut self,
        entries: Vec<(String, Vec<u8>)>,
    ) -> wasmtime::Result<Result<Resource<Handle>, HeaderError>> {
        self.budget.host_call()?;
        let mut fields = Fields::default();
        for (name, value) in entries {
            if let Err(error) = fields.append(&name, &value) {
                return Ok(Err(error));
            }
        }
        Ok(Ok(self.things.put(Thing::Fields(fields))))
    }

    fn get(&mut self, handle: Resource<Handle>, name: String) -> wasmtime::Result<Vec<Vec<u8>>> {
        Ok(self.fields(&handle)?.values(&name))
    }

    fn has(&mut self, handle: Resource<Handle>, name: String) -> wasmtime::Result<bool> {
        Ok(!self.fields(&handle)?.values(&name).is_empty())
    }

    fn set(&mut self, handle: Resource<Handle>, name: String, values: Vec<Vec<u8>>) -> wasmtime::Result<Changed> {
        self.change_fields(&handle, |fields| {
            fields.delete(&name)?;
            values.iter().try_for_each(|value| fields.append(&name, value))
        })
    }

    fn delete(&mut self, handle: Resource<Handle>, name: String) -> wasmtime::Result<Changed> {
        self.change_fields(&handle, |fields| fields.delete(&name))
    }

    fn append(&mut self, handle: Resource<Handle>, name: String, value: Vec<u8>) -> wasmtime::Result<Changed> {
        self.change_fields(&handle, |fields| fields.append(&name, &value))
    }

    fn entries(&mut self, handle: Resource<Handle>) -> wasmtime::Result<Vec<(String, Vec<u8>)>> {
        let fields = self.fields(&handle)?.fields.iter();
        Ok(fields.map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec())).collect())
    }

    fn clone(&mut self, handle: Resource<Handle>) -> wasmtime::Result<Resource<Handle>> {
        let fields = Fields { immutable: false, ..Clone::clone(self.fields(&handle)?) };
        Ok(self.things.put(Thing::Fields(fields)))
    }

    fn drop(&mut self, handle: Resource<Handle>) -> wasmtime::Result<()> {
        self.things.remove(&handle);
        Ok(())
    }
}
