//! The command line: reads what was typed and the process's environment, hands both to the library, and turns what comes
//! back into text and an exit code. Nothing else here, and nothing elsewhere prints or reads the environment.

use std::process::ExitCode;

use clap::Parser;

mod check;
mod cli;
mod import;
mod mockoon;
mod plugin;
mod serve;
mod signals;
mod terminal;

/// The allocator: a quarter less time per request than the system's on the templated path, and memory goes back.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Everything went well.
const OK: u8 = 0;
/// Something failed while running.
const FAILED: u8 = 1;
/// What was typed makes no command. clap's own code for it is the same.
const USAGE: u8 = 2;
/// What the operator wrote is wrong.
const BAD_CONFIGURATION: u8 = 3;

fn main() -> ExitCode {
    let cli = match cli::Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // A closed pipe is nobody's failure.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { USAGE } else { OK });
        }
    };
    let code = match cli.command {
        cli::Command::Serve(args) => serve::run(args),
        cli::Command::Check(args) => check::run(&args),
        cli::Command::Import(args) => import::run(&args),
        cli::Command::Mockoon(command) => mockoon::run(command),
        cli::Command::Plugin(command) => plugin::run(&command),
        cli::Command::Schema => terminal::out(&ringback_gateway::schema_text()),
    };
    ExitCode::from(code)
}
