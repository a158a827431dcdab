//! The custom sections that say who made a file and what it is for.

use std::borrow::Cow;

use ringback_model::limits::MANIFEST_MAX_BYTES;
use wasmparser::{CustomSectionReader, KnownCustom, Parser, Payload};

use super::not_valid;
use crate::error::Refusal;

/// Where `ringback plugin build` puts `plugin.toml`.
const MANIFEST: &str = "ringback:manifest";
/// Where it puts the version of the contract.
const CONTRACT: &str = "ringback:contract";
/// Of all that the parts of a file say about who made them, as much as a person wants to see.
const PRODUCERS_MAX: usize = 64;

/// What a file says about itself.
#[derive(Debug, Default)]
pub(crate) struct Sections {
    /// Its manifest, TOML. Absent: there is none in it.
    pub(crate) manifest: Option<String>,
    /// The version of the contract that it was built against. Absent: it does not say.
    pub(crate) contract: Option<String>,
    /// Who made it, each once, those of its parts included.
    pub(crate) producers: Vec<Producer>,
}

/// An entry of a `producers` section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Producer {
    /// `language`, `processed-by` or `sdk`.
    pub(crate) field: String,
    /// `Rust`.
    pub(crate) name: String,
    /// Empty: it does not say.
    pub(crate) version: String,
}

impl Sections {
    /// Reads the sections of a file. Of its parts, those of nested modules and components, only `producers` counts.
    ///
    /// # Errors
    /// When the file is damaged, or its manifest is too long or no text.
    pub(crate) fn of(file: &[u8]) -> Result<Self, Refusal> {
        let mut sections = Self::default();
        let mut depth = 0_usize;
        for payload in Parser::new(0).parse_all(file) {
            match payload.map_err(|error| not_valid(&error))? {
                Payload::Version { .. } => depth += 1,
                Payload::End(_) => depth = depth.saturating_sub(1),
                Payload::CustomSection(section) => sections.take(&section, depth == 1)?,
                _ => {}
            }
        }
        Ok(sections)
    }

    fn take(&mut self, section: &CustomSectionReader<'_>, at_top: bool) -> Result<(), Refusal> {
        match section.name() {
            MANIFEST if at_top => self.manifest = Some(text(section.data(), "manifest")?.into()),
            CONTRACT if at_top => self.contract = Some(text(section.data(), "contract")?.trim().into()),
            "producers" => self.take_producers(section),
            _ => {}
        }
        Ok(())
    }

    /// A section that is no list of producers is nobody's loss.
    fn take_producers(&mut self, section: &CustomSectionReader<'_>) {
        let KnownCustom::Producers(fields) = section.as_known() else { return };
        for field in fields.into_iter().map_while(Result::ok) {
            for value in field.values.into_iter().map_while(Result::ok) {
                let (name, version) = (value.name.into(), value.version.into());
                let producer = Producer { field: field.name.into(), name, version };
                if self.producers.len() < PRODUCERS_MAX && !self.producers.contains(&producer) {
                    self.producers.push(producer);
                }
            }
        }
    }
}

fn text<'a>(data: &'a [u8], what: &str) -> Result<Cow<'a, str>, Refusal> {
    if data.len() > MANIFEST_MAX_BYTES {
        let (got, most) = (data.len(), MANIFEST_MAX_BYTES >> 10);
        return Err(Refusal::Manifest(format!("a {what} of {got} bytes, {most} KiB are the most")));
    }
    let text = std::str::from_utf8(data);
    text.map(Cow::Borrowed).map_err(|_| Refusal::Manifest(format!("a {what} that is not UTF-8")))
}
