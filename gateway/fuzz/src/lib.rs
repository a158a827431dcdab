//! What must hold for any bytes that a reader of the gateway is given: no panic, no runaway, no memory without end.
//!
//! [`TARGETS`] lists the readers. A target is a module below `targets` with a `run`, which feeds its reader and asserts
//! what must hold besides, and a line in the list. `cargo xtask fuzz` lets libFuzzer look for bytes that break one,
//! beginning with [`seeds`](Target::seeds) from the repository's own files. Whatever it found stands in
//! `regressions/TARGET/`, which the tests feed to the targets as well.
//!
//! A target may panic: that is how it says that something does not hold.

#![allow(clippy::panic, reason = "that is how a target says so")]

mod material;
mod targets;

pub use material::{Material, words};
use targets::{express, expressions, mockoon, openapi, templates, toml, values};

/// A reader, and what is known to be worth giving it.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// What `cargo xtask fuzz` calls it.
    pub name: &'static str,
    /// Gives it some bytes. Panics when something does not hold.
    pub run: fn(&[u8]),
    /// What of the repository's files to begin with.
    pub seeds: fn(&Material) -> Vec<String>,
}

/// Every target.
pub const TARGETS: [Target; 7] = [
    Target { name: "mockoon", run: mockoon::run, seeds: mockoon::seeds },
    Target { name: "openapi", run: openapi::run, seeds: openapi::seeds },
    Target { name: "templates", run: templates::run, seeds: templates::seeds },
    Target { name: "expressions", run: expressions::run, seeds: expressions::seeds },
    Target { name: "express", run: express::run, seeds: express::seeds },
    Target { name: "toml", run: toml::run, seeds: toml::seeds },
    Target { name: "values", run: values::run, seeds: values::seeds },
];

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Material, TARGETS};

    /// The repository's examples; cargo runs tests in their package's folder.
    const EXAMPLES: &str = "../../examples";

    #[test]
    fn every_target_takes_what_it_begins_with() {
        let material = Material::read(&[Path::new(EXAMPLES).to_owned()]).unwrap();
        for target in TARGETS {
            let seeds = (target.seeds)(&material);
            assert!(!seeds.is_empty(), "{} begins with nothing", target.name);
            for seed in seeds {
                (target.run)(seed.as_bytes());
            }
        }
    }

    #[test]
    fn what_broke_a_target_once_does_not_break_it_again() {
        for target in TARGETS {
            let folder = Path::new("regressions").join(target.name);
            for entry in std::fs::read_dir(folder).into_iter().flatten() {
                let path = entry.unwrap().path();
                println!("{}", path.display());
                (target.run)(&std::fs::read(path).unwrap());
            }
        }
    }
}
