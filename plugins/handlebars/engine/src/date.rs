//! Dates as JavaScript has them: milliseconds since 1970 in a double, `NaN` for a date that is none.
//!
//! `helpers::date` reads texts (`parse`), takes them apart in the process's time zone (`civil`, `zone`) and prints them
//! (`print` as JavaScript does, `format` by date-fns' tokens).

mod civil;
mod format;
mod names;
mod parse;
mod print;
mod zone;

pub(crate) use civil::{Civil, time_clip};
pub(crate) use format::format;
pub(crate) use parse::parse;
pub(crate) use print::{to_iso, to_text};
pub(crate) use zone::Zone;
