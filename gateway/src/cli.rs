//! What can be typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

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
