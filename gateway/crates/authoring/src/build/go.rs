//! Go: not yet.

use std::path::Path;

use super::{Plan, Project};
use crate::{Machine, Missing};

pub(super) fn plan(_: &Project, _: &Machine, _: &Path) -> Result<Plan, Vec<Missing>> {
    Err(vec![Missing::new("a build for Go, which this version has none of", &[])])
}
