//! One target under libFuzzer, as `cargo xtask fuzz` runs it: `RINGBACK_FUZZ_TARGET` names it, libFuzzer reads the command
//! line. With `RINGBACK_FUZZ_SEEDS` set to a folder it writes every target's seeds and words there instead, made of the
//! folders that the arguments name.

#![no_main]
#![allow(clippy::expect_used, clippy::print_stdout, reason = "a command line of the project's own tasks")]

use std::{
    path::{Path, PathBuf},
    process::exit,
    sync::OnceLock,
};

use fuzz::{Material, TARGETS, Target};

/// What the process gives bytes to.
static TARGET: OnceLock<Target> = OnceLock::new();

libfuzzer_sys::fuzz_target!(init: begin(), |bytes: &[u8]| {
    if let Some(target) = TARGET.get() {
        (target.run)(bytes);
    }
});

fn begin() {
    if let Some(folder) = std::env::var_os("RINGBACK_FUZZ_SEEDS") {
        seed(Path::new(&folder)).expect("the seeds can be written");
        exit(0);
    }
    let name = std::env::var_os("RINGBACK_FUZZ_TARGET").unwrap_or_default();
    let target = TARGETS.into_iter().find(|target| name == target.name).expect("the target is known");
    TARGET.get_or_init(|| target);
}

/// Writes `TARGET/seeds/N` and `TARGET/words` for every target, and prints the targets' names.
fn seed(folder: &Path) -> std::io::Result<()> {
    let folders: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let material = Material::read(&folders)?;
    for target in TARGETS {
        println!("{}", target.name);
        let (own, seeds) = (folder.join(target.name), (target.seeds)(&material));
        std::fs::create_dir_all(own.join("seeds"))?;
        for (number, seed) in seeds.iter().enumerate() {
            std::fs::write(own.join("seeds").join(number.to_string()), seed)?;
        }
        std::fs::write(own.join("words"), fuzz::words(&seeds))?;
    }
    Ok(())
}
