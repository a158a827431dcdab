//! `ringback mockoon`: Mockoon CLI's commands and flags (`mockoon.md`, section 7), so that replacing the command is the
//! whole migration. What has no counterpart is taken and says what to use here.

pub(crate) mod cli;
mod start;

use cli::MockoonCommand;

/// What Mockoon's commands end with when they fail (oclif's code for an error).
const FATAL: u8 = 2;

pub(crate) fn run(command: MockoonCommand) -> u8 {
    match command {
        MockoonCommand::Start(args) => start::run(*args),
    }
}
