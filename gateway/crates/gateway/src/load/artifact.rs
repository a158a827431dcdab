//! Documents that came over HTTP: they join those that were named at the start, until the process ends.

use std::sync::Arc;

use ringback_diag::Sources;
use ringback_import::openapi::{self, Document, Identity, NoFiles};

use super::Rejected;

/// How many there may be.
pub(crate) const ARTIFACTS_MAX: usize = 100;

/// A document that came over HTTP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artifact {
    /// Its file's name: another one of this name takes its place.
    pub name: Arc<str>,
    /// Its content.
    pub text: Arc<str>,
    /// Whether it describes a service by itself, in place of other descriptions of that; if not, it only adds to one.
    pub is_main: bool,
}

// === impl Artifact ===

impl Artifact {
    /// What messages call it: it is no file.
    pub fn path(&self) -> String {
        format!("uploaded/{}", self.name)
    }

    /// The service that it describes or adds to, as `name:version`. Absent: it says none.
    pub fn service(&self) -> Option<String> {
        self.identity().map(|identity| service(&identity))
    }

    /// The service whose other descriptions it takes the place of, as `name:version`. Absent: it only adds to one.
    pub(super) fn replaces(&self) -> Option<String> {
        self.identity().filter(|identity| self.is_main && identity.is_description).map(|identity| service(&identity))
    }

    /// Reads a description by itself: it comes without the files that it may refer to, and must not read the gateway's.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn check(&self) -> Result<(), Rejected> {
        if self.identity().is_some_and(|identity| !identity.is_description) {
            return Ok(());
        }
        let mut sources = Sources::default();
        let document = Document { name: &self.path(), text: &self.text };
        match openapi::read(&[document], &NoFiles, &openapi::Options::default(), &mut sources) {
            Ok(_) => Ok(()),
            Err(refused) => Err(Rejected::new(refused.diagnostics, &sources)),
        }
    }

    fn identity(&self) -> Option<Identity> {
        openapi::identity(Document { name: &self.path(), text: &self.text })
    }
}

/// By what users of Microcks know a service.
pub(super) fn service(identity: &Identity) -> String {
    format!("{}:{}", identity.name, identity.version)
}
