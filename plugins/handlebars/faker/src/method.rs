//! The methods by name.

use crate::{Error, Value, faker::Faker, modules};

/// What a method gives.
pub(crate) type Outcome = Result<Value, Error>;

/// How a method makes its value.
#[derive(Clone, Copy)]
pub(crate) enum Method {
    /// Picks from an entry of its module's definitions.
    Pick(&'static str),
    /// Fills in a pattern from an entry of its module's definitions.
    Fake(&'static str),
    /// Does something of its own.
    Call(fn(&mut Faker<'_>, &[Value]) -> Outcome),
}

/// The methods of a module.
pub(crate) type Table = &'static [(&'static str, Method)];

/// A method, and the module whose definitions it uses.
#[derive(Clone, Copy)]
pub(crate) struct Found {
    module: &'static str,
    method: Method,
}

// === impl Found ===

impl Found {
    pub(crate) fn call(self, faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
        match self.method {
            Method::Pick(entry) => faker.pick_from(self.module, entry),
            Method::Fake(entry) => {
                let pattern = faker.definition(self.module, entry)?;
                faker.fake_node(pattern).map(Value::String)
            }
            Method::Call(run) => run(faker, args),
        }
    }
}

/// The method called `module.method`.
pub(crate) fn find(name: &str) -> Option<Found> {
    let (module, method) = name.split_once('.')?;
    find_in(module, method)
}

/// The method of a module.
pub(crate) fn find_in(module: &str, method: &str) -> Option<Found> {
    let (module, table) = find_module(module)?;
    table.iter().find(|(name, _)| *name == method).map(|(_, method)| Found { module, method: *method })
}

/// A module by its name, or by one of the two former names that Faker 9 still knows.
pub(crate) fn find_module(name: &str) -> Option<(&'static str, Table)> {
    let name = match name {
        "address" => "location",
        "name" => "person",
        name => name,
    };
    modules::ALL.iter().find(|(module, _)| *module == name).copied()
}

/// All methods, as module and name.
pub(crate) fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    modules::ALL.iter().flat_map(|(module, table)| table.iter().map(move |(name, _)| (*module, *name)))
}
