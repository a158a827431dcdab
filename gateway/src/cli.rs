//! What can be typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use ringback_authoring::{Language, ProjectName};

use crate::mockoon::cli::MockoonCommand;

/// A mock gateway that calls you back.
#[derive(Debug, Parser)]
#[command(name = "ringback", version, about, propagate_version = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve documents until Ctrl-C
    Serve(ServeArgs),
    /// Say everything that is wrong with documents, without serving them (exit code 3 if anything is)
    Check(CheckArgs),
    /// Print a Mockoon environment or an OpenAPI description as the ringback.toml that answers the same
    Import(ImportArgs),
    /// Write plugins: start one, build it, test it, look into one
    #[command(subcommand)]
    Plugin(PluginCommand),
    /// Take Mockoon CLI's commands and flags: in place of `mockoon-cli`, type `ringback mockoon`
    #[command(subcommand)]
    Mockoon(MockoonCommand),
    /// Print the JSON Schema of ringback.toml, for editors
    Schema,
}

#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    #[command(flatten)]
    pub(crate) documents: Documents,
    /// Listen on this host instead of the documents' own
    #[arg(long)]
    pub(crate) host: Option<String>,
    /// Listen on this port instead of the documents' own; further documents take the next ones; 0 takes a free one
    #[arg(long)]
    pub(crate) port: Option<u16>,
    /// The admin API's port on loopback, or `off`
    #[arg(long, value_name = "PORT|off")]
    pub(crate) admin_port: Option<AdminPort>,
    /// Take documents by Microcks' own paths too, on the admin API's port: `POST /api/artifact/upload`
    #[arg(long)]
    pub(crate) microcks_api: bool,
    /// Make fakers, draws and ids repeatable
    #[arg(long)]
    pub(crate) seed: Option<u64>,
    /// Do not reload when a document or a plugin changes
    #[arg(long)]
    pub(crate) no_watch: bool,
    /// How the log is written
    #[arg(long, value_enum, default_value_t = Log::Text)]
    pub(crate) log: Log,
    /// Keep compiled plugins here instead of in the user's cache folder
    #[arg(long, value_name = "DIR")]
    pub(crate) cache_dir: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    pub(crate) documents: Documents,
}

#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// A Mockoon environment, or OpenAPI descriptions with artifacts that add to them
    #[arg(value_name = "PATH", required = true)]
    pub(crate) paths: Vec<PathBuf>,
    /// Write into this file instead of to standard output
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PluginCommand {
    /// Start a plugin: a folder with sources, a manifest and tests
    New(NewArgs),
    /// Build the plugin of a folder into a component
    Build(BuildArgs),
    /// Run a plugin's test vectors against its built component
    Test(TestArgs),
    /// Say what a component is, what it needs, and which TOML grants it
    Inspect(InspectArgs),
}

#[derive(Debug, Args)]
pub(crate) struct NewArgs {
    /// The plugin's name: lower-case letters, digits and `-`
    pub(crate) name: ProjectName,
    /// The language to write it in
    #[arg(long, value_enum)]
    pub(crate) lang: Lang,
    /// The folder to make, instead of one of the plugin's name
    #[arg(long, value_name = "DIR")]
    pub(crate) path: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct BuildArgs {
    /// The folder with the `plugin.toml`
    #[arg(value_name = "DIR", default_value = ".")]
    pub(crate) folder: PathBuf,
    /// Write the component here instead of to `NAME.wasm` in the folder
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Only say whether the tools are there
    #[arg(long, conflicts_with = "out")]
    pub(crate) check: bool,
    /// First install the tools that live in the folder itself: `node_modules`, `.venv`
    #[arg(long)]
    pub(crate) install: bool,
}

#[derive(Debug, Args)]
pub(crate) struct TestArgs {
    /// The folder with the `plugin.toml` and `tests/*.toml`
    #[arg(value_name = "DIR", default_value = ".")]
    pub(crate) folder: PathBuf,
    /// Report only calls whose name, or whose file's, holds this text; the calls before one are made all the same
    #[arg(long, value_name = "NAME")]
    pub(crate) filter: Option<String>,
    /// Test this component instead of `NAME.wasm` of the folder
    #[arg(long, value_name = "FILE")]
    pub(crate) component: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct InspectArgs {
    /// The component
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

/// A language, as it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Lang {
    Rust,
    #[value(alias = "javascript")]
    Js,
    #[value(alias = "py")]
    Python,
    #[value(alias = "golang")]
    Go,
    C,
}

impl From<Lang> for Language {
    fn from(lang: Lang) -> Self {
        match lang {
            Lang::Rust => Self::Rust,
            Lang::Js => Self::JavaScript,
            Lang::Python => Self::Python,
            Lang::Go => Self::Go,
            Lang::C => Self::C,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct Documents {
    /// ringback.toml, a folder that holds one, or a Mockoon environment; the `ringback.toml` of this folder if none is named
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Every component in this folder is a plugin, named by its file; more than one folder can be named
    #[arg(long, value_name = "DIR")]
    pub(crate) plugins: Vec<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Log {
    /// Arrows for people, colours on a terminal
    Text,
    /// One JSON object a line
    Json,
}

/// Where the admin API listens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AdminPort {
    Off,
    Port(u16),
}

impl std::str::FromStr for AdminPort {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "off" => Ok(Self::Off),
            port => port.parse().map(Self::Port).map_err(|_| "a port or `off` is needed".into()),
        }
    }
}
