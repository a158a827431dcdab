//! What can be typed after `ringback mockoon`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

#[derive(Debug, Subcommand)]
pub(crate) enum MockoonCommand {
    /// Start one or more environments
    Start(Box<StartArgs>),
    /// Say whether environments are as Mockoon writes them today
    Validate(ValidateArgs),
    /// Write an OpenAPI description, or an old environment, as an environment
    Import(ImportArgs),
    /// Describe an environment in OpenAPI
    Export(ExportArgs),
    /// Has no counterpart: `ringback` is one file that runs in any image
    Dockerize(Anything),
    /// Has no counterpart: tools ask the admin API
    Mcp(Anything),
}

/// What was typed after a command that there is not.
#[derive(Debug, Args)]
pub(crate) struct Anything {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
    pub(crate) words: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct ValidateArgs {
    /// Paths of environments
    #[arg(short = 'd', long, required = true, num_args = 1.., value_name = "PATH")]
    pub(crate) data: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// The OpenAPI description
    #[arg(short = 'i', long, value_name = "PATH")]
    pub(crate) input: PathBuf,
    /// The environment that is written
    #[arg(short = 'o', long, value_name = "PATH")]
    pub(crate) output: PathBuf,
    /// Write it over several lines
    #[arg(short = 'p', long)]
    pub(crate) prettify: bool,
    /// Taken and not needed: nothing is fetched
    #[arg(long)]
    pub(crate) disable_external_refs: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// The environment
    #[arg(short = 'i', long, value_name = "PATH")]
    pub(crate) input: PathBuf,
    /// The OpenAPI description that is written
    #[arg(short = 'o', long, value_name = "PATH")]
    pub(crate) output: PathBuf,
    /// In which language
    #[arg(short = 'f', long, value_enum, default_value_t = ExportFormat::Json)]
    pub(crate) format: ExportFormat,
    /// Write it over several lines; JSON only
    #[arg(short = 'p', long)]
    pub(crate) prettify: bool,
}

/// The language of a description.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportFormat {
    Json,
    Yaml,
}

#[derive(Debug, Args)]
pub(crate) struct StartArgs {
    /// Paths or URLs of environments or OpenAPI descriptions
    #[arg(short = 'd', long, required = true, num_args = 1.., value_name = "PATH")]
    pub(crate) data: Vec<PathBuf>,
    /// Override environments' ports, in their order
    #[arg(short = 'p', long, num_args = 1..)]
    pub(crate) port: Vec<u16>,
    /// Override environments' hostnames, in their order
    #[arg(short = 'l', long, num_args = 1..)]
    pub(crate) hostname: Vec<String>,
    /// Log whole transactions, requests and responses
    #[arg(short = 't', long)]
    pub(crate) log_transaction: bool,
    /// Taken and not needed: what is old or incomplete is repaired anyway, with a warning
    #[arg(short = 'r', long)]
    pub(crate) repair: bool,
    /// Log to standard output only, not to `~/.mockoon-cli/logs/NAME.log`
    #[arg(short = 'X', long)]
    pub(crate) disable_log_to_file: bool,
    /// Leave out routes by UUID, by a keyword of their path, or by one of their folder's name; `*` is all
    #[arg(short = 'e', long, num_args = 1.., value_name = "ROUTE")]
    pub(crate) disable_routes: Vec<String>,
    /// The faker's locale
    #[arg(short = 'c', long, default_value = "en", value_name = "LOCALE")]
    pub(crate) faker_locale: String,
    /// The faker's seed: the same values run after run
    #[arg(short = 's', long, allow_negative_numbers = true, value_name = "NUMBER")]
    pub(crate) faker_seed: Option<i64>,
    /// What the names of variables begin with that templates can read
    #[arg(short = 'x', long, default_value = "MOCKOON_", value_name = "PREFIX")]
    pub(crate) env_vars_prefix: String,
    /// Under which URL clients reach an environment, for `baseUrl` and callbacks to a path, in their order
    #[arg(long, num_args = 1.., value_name = "URL")]
    pub(crate) public_base_url: Vec<String>,
    /// Do not serve Mockoon's admin API
    #[arg(long)]
    pub(crate) disable_admin_api: bool,
    /// The admin API's bearer token: one for all environments, or one each [env: MOCKOON_ADMIN_API_TOKEN]
    #[arg(long, num_args = 1.., value_name = "TOKEN")]
    pub(crate) admin_api_token: Vec<String>,
    /// Origins that browsers may call the admin API from, `*` for all [env: MOCKOON_ADMIN_API_CORS_ORIGIN]
    #[arg(long, num_args = 1.., value_name = "ORIGIN")]
    pub(crate) admin_api_cors_origin: Vec<String>,
    /// Listen without TLS, whatever the environments say
    #[arg(long)]
    pub(crate) disable_tls: bool,
    /// Transactions that are kept for the admin API
    #[arg(long, default_value_t = 100, value_name = "NUMBER")]
    pub(crate) max_transaction_logs: usize,
    /// Longest request content: bytes, or `100MB`, `1.5kb`; 0 is any
    #[arg(long, default_value = "100MB", value_name = "SIZE")]
    pub(crate) max_request_body_size: String,
    /// Draw latencies from 0 to what the environments say
    #[arg(long)]
    pub(crate) enable_random_latency: bool,
    /// Name the route and the response in `x-mockoon-route-*` fields of answers
    #[arg(long)]
    pub(crate) enable_route_metadata_headers: bool,
    /// Override the environments' proxy mode
    #[arg(long, value_enum)]
    pub(crate) proxy: Option<Proxy>,
    /// Serve files anew when they change
    #[arg(short = 'w', long)]
    pub(crate) watch: bool,
    /// Taken and not needed: changes are told by the system, not polled for
    #[arg(long, default_value_t = 2000, value_name = "MS")]
    pub(crate) polling_interval: u64,
    /// Mockoon Cloud's token: has no counterpart
    #[arg(short = 'k', long)]
    pub(crate) token: Option<String>,
    /// How long a chain of callbacks may be
    #[arg(long, default_value_t = 100, value_name = "NUMBER")]
    pub(crate) max_callback_depth: u32,
    /// Do not fetch what OpenAPI descriptions refer to over HTTP
    #[arg(long)]
    pub(crate) disable_external_refs: bool,
    /// Ringback's own admin API on this port of loopback; off unless asked for
    #[arg(long, value_name = "PORT")]
    pub(crate) ringback_admin_port: Option<u16>,
}

/// Whether environments pass on what no route answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Proxy {
    Enabled,
    Disabled,
}
