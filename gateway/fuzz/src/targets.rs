//! One module for each reader.

pub(crate) mod express;
pub(crate) mod expressions;
pub(crate) mod mockoon;
pub(crate) mod openapi;
pub(crate) mod templates;
pub(crate) mod toml;
pub(crate) mod values;
