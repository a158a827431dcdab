//! `ringback check`: everything that is wrong, all at once.

use crate::{
    BAD_CONFIGURATION, FAILED, OK,
    cli::CheckArgs,
    serve::{cache_dir, documents, runtime},
    terminal,
};

pub(crate) fn run(args: &CheckArgs) -> u8 {
    let runtime = match runtime() {
        Ok(runtime) => runtime,
        Err(error) => {
            terminal::err(&format!("error: {error}\n"));
            return FAILED;
        }
    };
    let colour = terminal::colour(&std::io::stdout());
    match runtime.block_on(ringback_gateway::check(documents(&args.documents), cache_dir())) {
        Ok(checked) => {
            terminal::out(&checked.warnings);
            terminal::out(&format!("{}\n", checked.summary));
            OK
        }
        Err(rejected) => {
            terminal::out(&rejected.render(colour));
            BAD_CONFIGURATION
        }
    }
}
