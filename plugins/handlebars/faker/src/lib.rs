//! The data of Faker 9.9 as Mockoon's templates call for it: `{{faker 'person.firstName' sex='female'}}`.
//!
//! Every value is what the original gives for the same random numbers: the same algorithms, the same draws in the same
//! order, the same tables of every locale. The crate does no I/O: its caller hands in a [`Source`] of random bits and of
//! the time. Templates go through [`helper`], which is Mockoon's `faker` helper; [`call`] is Faker itself.
//!
//! A call goes `helper` -> `call` -> `method` (the name's entry) -> a function of `modules`, which asks `faker::Faker`
//! for draws and `data` for the locale's tables. Nothing here panics, and [`limits`] bounds what a call makes.

mod data;
mod date;
mod error;
mod expression;
mod faker;
#[cfg(test)]
mod golden;
mod json;
pub mod limits;
mod math;
mod mersenne;
mod method;
mod mockoon;
mod modules;
mod options;
#[cfg(test)]
mod random_calls;
mod text;
mod value;

pub use error::Error;
pub use mersenne::{Mersenne, Source};
pub use mockoon::{Call, helper};
pub use value::Value;

/// Calls one method, `module.method`, as Faker's own code would. `locale` is one of Faker's (`en`, `de_CH`, `base`, ...).
///
/// # Errors
///
/// [`Error::Faker`] where Faker refuses the arguments or its locale has no such data, [`Error::Thrown`] where the
/// original's code would fail on them or the name is no method's, [`Error::Limit`] where the answer would be too long.
pub fn call(source: &mut dyn Source, locale: &str, name: &str, args: &[Value]) -> Result<Value, Error> {
    let method = method::find(name).ok_or_else(|| Error::thrown("fakerFunction is not a function"))?;
    let mut faker = faker::Faker::new(source, locale)?;
    let value = method.call(&mut faker, args)?;
    limits::check(&value)?;
    Ok(value)
}

/// Whether Faker has a locale of this name.
#[must_use]
pub fn is_locale(name: &str) -> bool {
    data::locale(name).is_some()
}

/// The names of all methods, `module.method`, in Faker's order.
pub fn names() -> impl Iterator<Item = String> {
    method::all().map(|(module, name)| format!("{module}.{name}"))
}
