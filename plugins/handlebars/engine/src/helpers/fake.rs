//! Random data: `faker`, the helpers that came before it, and dates by chance. Their generator joins the engine as a
//! crate of its own; until then each of them says so.

use super::{Arguments, Helper, Outcome, Table};
use crate::{RenderError, render::Rendering};

pub(super) const TABLE: Table = &[
    ("faker", Helper::Live(absent)),
    ("boolean", Helper::Live(absent)),
    ("int", Helper::Live(absent)),
    ("float", Helper::Live(absent)),
    ("uuid", Helper::Live(absent)),
    ("guid", Helper::Live(absent)),
    ("objectId", Helper::Live(absent)),
    ("firstName", Helper::Live(absent)),
    ("lastName", Helper::Live(absent)),
    ("title", Helper::Live(absent)),
    ("company", Helper::Live(absent)),
    ("domain", Helper::Live(absent)),
    ("tld", Helper::Live(absent)),
    ("email", Helper::Live(absent)),
    ("street", Helper::Live(absent)),
    ("city", Helper::Live(absent)),
    ("country", Helper::Live(absent)),
    ("countryCode", Helper::Live(absent)),
    ("zipcode", Helper::Live(absent)),
    ("postcode", Helper::Live(absent)),
    ("lat", Helper::Live(absent)),
    ("long", Helper::Live(absent)),
    ("phone", Helper::Live(absent)),
    ("color", Helper::Live(absent)),
    ("hexColor", Helper::Live(absent)),
    ("ipv4", Helper::Live(absent)),
    ("ipv6", Helper::Live(absent)),
    ("lorem", Helper::Live(absent)),
    ("date", Helper::Live(absent)),
    ("time", Helper::Live(absent)),
];

fn absent(_: &mut Rendering<'_>, _: &Arguments<'_>) -> Outcome {
    Err(RenderError::new("random data is not built in yet"))
}
