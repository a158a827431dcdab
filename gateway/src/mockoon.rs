//! `ringback mockoon`: Mockoon CLI's commands and flags (`mockoon.md`, section 7), so that replacing the command is the
//! whole migration. What has no counterpart is taken and says what to use here.

pub(crate) mod cli;
mod documents;
mod start;

use cli::MockoonCommand;

/// What Mockoon's commands end with when they fail (oclif's code for an error).
const FATAL: u8 = 2;

pub(crate) fn run(command: MockoonCommand) -> u8 {
    match command {
        MockoonCommand::Start(args) => start::run(*args),
        MockoonCommand::Validate(args) => documents::validate(&args),
        MockoonCommand::Import(args) => documents::import(&args),
        MockoonCommand::Export(args) => documents::export(&args),
        MockoonCommand::Dockerize(_) => {
            absent("dockerize", "copy `ringback` and the environment into any image, and start it there")
        }
        MockoonCommand::Mcp(_) => {
            absent("mcp", "start environments with `ringback mockoon start`, and ask `/mockoon-admin/`")
        }
    }
}

/// A command that there is not, and what to do instead.
fn absent(command: &str, help: &str) -> u8 {
    crate::terminal::err(&format!("error: `{command}` has no counterpart here\n  help: {help}\n"));
    FATAL
}
