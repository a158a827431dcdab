//! Replays what a page tells a reader to type: each command runs in a shell as it stands, and what stands below it is what it
//! prints. A gateway that is started listens on free ports, and the page's own are put in their place.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use anyhow::{Context, Result, bail};

/// The ports that pages speak of: the listener's and the admin API's.
const PORTS: [&str; 2] = ["localhost:3000", "localhost:3001"];

/// A command, and the lines that it prints, among others.
#[derive(Debug, PartialEq, Eq)]
struct Step {
    command: String,
    output: Vec<String>,
}

/// A gateway that a page has started. It ends with the replay.
struct Serving {
    child: Child,
    addresses: [String; 2],
}

/// Replays the ```` ```console ```` blocks of a page in a folder. `path` is where programs are looked for.
pub(crate) fn replay_console(page: &str, folder: &Path, path: &str) -> Result<()> {
    replay(&steps(page), folder, path)
}

/// Replays one ```` ```sh ```` block, whose every line is a command.
pub(crate) fn replay_script(script: &str, folder: &Path, path: &str) -> Result<()> {
    let commands = script.lines().filter(|line| !line.trim().is_empty());
    let steps: Vec<Step> = commands.map(|line| Step { command: line.to_owned(), output: vec![] }).collect();
    replay(&steps, folder, path)
}

fn steps(page: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = vec![];
    for block in page.split("```console\n").skip(1) {
        for line in block.split("```").next().unwrap_or_default().lines() {
            match (line.strip_prefix("$ "), steps.last_mut()) {
                (Some(command), _) => steps.push(Step { command: command.into(), output: vec![] }),
                (None, Some(step)) if step.command.ends_with('\\') => {
                    step.command.push('\n');
                    step.command.push_str(line);
                }
                (None, Some(step)) => step.output.push(line.to_owned()),
                (None, None) => {}
            }
        }
    }
    steps
}

fn replay(steps: &[Step], folder: &Path, path: &str) -> Result<()> {
    let mut serving: Option<Serving> = None;
    for Step { command, output } in steps {
        println!("$ {command}");
        if let Some(start) = start(command) {
            // The one before, where there is one, has to let go of nothing: it is on other ports.
            serving = Some(Serving::start(&start, folder, path)?);
            continue;
        }
        let printed =
            run(&serving.as_ref().map_or_else(|| command.clone(), |serving| serving.place(command)), folder, path)?;
        let mut lines = printed.lines().map(|line| line.trim_end());
        for expected in output {
            if !lines.any(|line| line == expected) {
                bail!("`{command}` does not print\n  {expected}\nbut\n  {}", printed.trim_end().replace('\n', "\n  "));
            }
        }
    }
    Ok(())
}

/// The command to run in place of one that starts a gateway in the background: the same, on free ports, and stopped with its
/// shell. Absent: it starts none.
fn start(command: &str) -> Option<String> {
    let (before, after) = command.split_once("ringback serve")?;
    let arguments = after.split(['&', '#']).next()?.trim();
    Some(format!("{before}exec ringback serve --port 0 --admin-port 0 {arguments}").trim_end().to_owned())
}

fn shell(command: &str, folder: &Path, path: &str) -> Command {
    let mut shell = Command::new("bash");
    shell.args(["-e", "-o", "pipefail", "-c", command]).current_dir(folder).env("PATH", path).stdin(Stdio::null());
    for variable in crate::examples::OF_CARGO {
        shell.env_remove(variable);
    }
    shell
}

fn run(command: &str, folder: &Path, path: &str) -> Result<String> {
    let output = shell(command, folder, path).stderr(Stdio::inherit()).output().context("cannot run bash")?;
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() {
        bail!("`{command}` failed\n{printed}");
    }
    Ok(printed)
}

// === impl Serving ===

impl Serving {
    fn start(command: &str, folder: &Path, path: &str) -> Result<Self> {
        let mut child = shell(command, folder, path).stdout(Stdio::piped()).spawn().context("cannot run bash")?;
        let output = child.stdout.take().context("the gateway's output is not there")?;
        for line in BufReader::new(output).lines() {
            let line = line?;
            if let Some(addresses) = addresses(&line) {
                return Ok(Self { child, addresses });
            }
        }
        bail!("`{command}` ended before it was ready")
    }

    /// A command with this gateway's addresses in place of the page's.
    fn place(&self, command: &str) -> String {
        PORTS.iter().zip(&self.addresses).fold(command.to_owned(), |text, (port, own)| text.replace(port, own))
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It holds nothing that would have to be saved.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The two addresses in `ready http://127.0.0.1:3000 admin http://127.0.0.1:3001 (38 ms)`, as a page would write them.
fn addresses(line: &str) -> Option<[String; 2]> {
    let (listener, rest) = line.strip_prefix("ready http://")?.split_once(" admin http://")?;
    let own = |address: &str| address.replace("127.0.0.1", "localhost");
    Some([own(listener), own(rest.split(' ').next()?)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_read_as_commands_and_what_they_print() {
        let page = "text\n```console\n$ one \\\n    two\nout\n$ three\n```\n```sh\nnot\n```\n";
        let step = |command: &str, output: &[&str]| Step {
            command: command.into(),
            output: output.iter().map(ToString::to_string).collect(),
        };
        assert_eq!(steps(page), [step("one \\\n    two", &["out"]), step("three", &[])]);
    }

    #[test]
    fn what_a_command_prints_is_held_against_the_page() {
        let folder = tempfile::tempdir().unwrap();
        let path = crate::machine::this().path.to_string_lossy().into_owned();
        let replayed = |page: &str| replay_console(page, folder.path(), &path);
        replayed("```console\n$ printf 'a\\nb\\nc\\n'\na\nc\n```").unwrap();
        assert!(replayed("```console\n$ echo a\nb\n```").unwrap_err().to_string().contains("does not print"));
        assert!(replayed("```console\n$ false\n```").is_err());
    }

    #[test]
    fn a_gateway_is_started_on_ports_of_its_own() {
        let own = "exec ringback serve --port 0 --admin-port 0";
        let started = start("mkdir plugins && ringback serve --plugins plugins &");
        assert_eq!(started, Some(format!("mkdir plugins && {own} --plugins plugins")));
        assert_eq!(start("ringback serve         # by ringback.toml"), Some(own.to_owned()));
        assert_eq!(start("ringback plugin build"), None);
        let line = "ready http://127.0.0.1:41 admin http://127.0.0.1:42 (3 ms)";
        assert_eq!(addresses(line), Some(["localhost:41".into(), "localhost:42".into()]));
    }
}
