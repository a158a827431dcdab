//! `ringback plugin build`: from a folder to a component.

use ringback_authoring::{Installed, build, install, tools};

use super::{Failure, declaration, machine, out, project};
use crate::{cli::BuildArgs, terminal};

pub(super) fn run(args: &BuildArgs) -> Result<(), Failure> {
    let project::Read { project, manifest } = project::read(&args.folder)?;
    let machine = machine();
    let mut told = |command: &str| terminal::err(&format!("  {command}\n"));
    let failed = |error| Failure::of(&error);
    if args.install && install(&project, &machine, &mut told).map_err(failed)? == Installed::Nothing {
        terminal::err(&format!("nothing to install: the tools of a {} plugin are the machine's\n", project.language));
    }
    let tools = tools(&project, &machine).map_err(failed)?;
    if args.check {
        let listed: String = tools.iter().map(|tool| format!("  {tool}\n")).collect();
        return out(&format!("`{}` can be built here ({}):\n{listed}", project.name, project.language));
    }
    terminal::err(&format!("building `{}` with {}\n", project.name, tools.join(", ")));
    let file = args.out.clone().unwrap_or_else(|| project.folder.join(format!("{}.wasm", project.name)));
    let built = build(&project, &machine, &file, &mut told).map_err(failed)?;
    let beside = || args.folder.strip_prefix(".").unwrap_or(&args.folder).join(format!("{}.wasm", project.name));
    let shown = args.out.clone().unwrap_or_else(beside);
    let inspected = ringback_wasm::inspect(&built.component)
        .map_err(|refusal| Failure::run(format!("what was built is no plugin: it {refusal}")))?;
    let declaration = declaration::toml(&project.name, &shown, &inspected, Some(&manifest));
    let size = declaration::size(built.component.len());
    out(&format!("{}  {size}  sha256 {}\n\n{declaration}", shown.display(), built.sha256))
}
