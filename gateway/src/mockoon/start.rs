//! `ringback mockoon start`: environments as Mockoon CLI starts them.

use std::{path::PathBuf, sync::Arc};

use ringback_gateway::{
    Admin, Colour, DisabledRoutes, Documents, Mockoon, MockoonOptions, Rejected, ServeOptions, report::Format,
};
use ringback_model::environment::{MockoonAdmin, MockoonSettings};

use super::{
    FATAL,
    cli::{Proxy, StartArgs},
};
use crate::{FAILED, OK, cli, cli::Log, serve, signals::Signals, terminal};

pub(super) fn run(args: StartArgs) -> u8 {
    let mockoon = match mockoon(&args) {
        Ok(mockoon) => mockoon,
        Err(why) => {
            terminal::err(&format!("error: {why}\n"));
            return FATAL;
        }
    };
    serve::logging(Log::Json);
    match serve::runtime() {
        Ok(runtime) => {
            let code = runtime.block_on(start(args, mockoon));
            runtime.shutdown_background();
            code
        }
        Err(error) => {
            terminal::err(&format!("error: {error}\n"));
            FAILED
        }
    }
}

async fn start(args: StartArgs, mockoon: Mockoon) -> u8 {
    let running = match ringback_gateway::start(options(&args, mockoon)).await {
        Ok(running) => running,
        Err(rejected) => {
            terminal::err(&rejected.render(terminal::colour(&std::io::stderr())));
            return FATAL;
        }
    };
    let mut signals = Signals::listen();
    terminal::err(&running.warnings);
    if args.watch {
        running.watch(told);
    }
    signals.next().await;
    tokio::spawn(async move {
        signals.next().await;
        std::process::exit(serve::INTERRUPTED);
    });
    if running.drain().await { OK } else { FAILED }
}

fn told(result: Result<String, &Rejected>) {
    match result {
        Ok(warnings) => terminal::err(&warnings),
        Err(rejected) => terminal::err(&rejected.render(Colour::Plain)),
    }
}

fn options(args: &StartArgs, mockoon: Mockoon) -> ServeOptions {
    let documents = cli::Documents { paths: args.data.clone(), plugins: vec![] };
    ServeOptions {
        documents: Documents { mockoon: Some(Arc::new(mockoon)), ..serve::documents(&documents) },
        admin: Some(args.ringback_admin_port.map_or(Admin::Off, Admin::Loopback)),
        seed: None,
        cache_dir: serve::cache_dir(),
        log: Format::Mockoon,
        out: Box::new(std::io::stdout()),
        clock: None,
        microcks_api: false,
        rehearsal: None,
    }
}

/// What was typed, checked.
///
/// # Errors
/// What can't be meant, in a phrase.
fn mockoon(args: &StartArgs) -> Result<Mockoon, String> {
    if args.token.is_some() || args.data.iter().any(|path| path.starts_with("cloud:")) {
        return Err("there is no cloud here\n  help: download the environment, and name its file".into());
    }
    let body_max_bytes = size(&args.max_request_body_size)?;
    let count = args.data.len();
    let mut tokens = separated(&args.admin_api_token, "MOCKOON_ADMIN_API_TOKEN");
    if tokens.len() == 1 {
        tokens.resize(count, tokens.first().cloned().unwrap_or_default());
    }
    if !tokens.is_empty() && tokens.len() != count {
        let given = tokens.len();
        return Err(format!(
            "{given} tokens are given for {count} environments\n  help: give one for all, or one for each"
        ));
    }
    let cors_origins = separated(&args.admin_api_cors_origin, "MOCKOON_ADMIN_API_CORS_ORIGIN");
    let document = |index| {
        let token = tokens.get(index).cloned();
        MockoonOptions {
            folder: None,
            port: args.port.get(index).copied(),
            hostname: args.hostname.get(index).cloned(),
            proxy: args.proxy.map(|proxy| proxy == Proxy::Enabled),
            disable_tls: args.disable_tls,
            random_latency: args.enable_random_latency,
            disabled_routes: DisabledRoutes(args.disable_routes.clone()),
            documents: Default::default(),
            settings: MockoonSettings {
                admin: (!args.disable_admin_api).then(|| MockoonAdmin { token, cors_origins: cors_origins.clone() }),
                // As JavaScript makes 32 bits of a number (ECMAScript, ToUint32).
                faker_seed: args.faker_seed.map(|seed| seed.rem_euclid(1 << 32) as u32),
                faker_locale: Some(args.faker_locale.clone()),
                env_prefix: args.env_vars_prefix.clone(),
                public_base_url: args.public_base_url.get(index).cloned(),
                route_headers: args.enable_route_metadata_headers,
                log_transactions: args.log_transaction,
                transactions_max: args.max_transaction_logs,
                callback_depth_max: args.max_callback_depth,
                request_body_max_bytes: Some(body_max_bytes),
                ..MockoonSettings::default()
            },
        }
    };
    Ok(Mockoon {
        documents: (0..count).map(document).collect(),
        log_folder: (!args.disable_log_to_file).then(log_folder).flatten(),
    })
}

/// What was typed, or else what the process's variable holds; commas separate values in either.
#[expect(clippy::disallowed_methods, reason = "the command line is where the environment is read")]
fn separated(typed: &[String], variable: &str) -> Vec<String> {
    let given = match typed {
        [] => std::env::var(variable).into_iter().collect(),
        typed => typed.to_vec(),
    };
    let parts = given.iter().flat_map(|value| value.split(',')).map(str::trim);
    parts.filter(|value| !value.is_empty()).map(str::to_owned).collect()
}

/// Where Mockoon CLI keeps its logs. Absent: the process has no home.
fn log_folder() -> Option<PathBuf> {
    let home = std::env::var_os("HOME").filter(|home| !home.is_empty())?;
    Some(PathBuf::from(home).join(".mockoon-cli").join("logs"))
}

/// A size in bytes: `104857600`, `100MB`, `1.5 kb`; 0 is any. Units are powers of 1,024, as in Mockoon.
///
/// # Errors
/// That it is no size.
fn size(text: &str) -> Result<usize, String> {
    let lower = text.trim().to_ascii_lowercase();
    let digits = lower.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(lower.len());
    let (number, unit) = lower.split_at(digits);
    let factor = match unit.trim() {
        "" | "b" => 1.0,
        "kb" | "k" => 1024.0,
        "mb" | "m" => 1024.0 * 1024.0,
        "gb" | "g" => 1024.0 * 1024.0 * 1024.0,
        _ => return Err(format!("`{text}` is not a size\n  help: write bytes, or `100MB`, `1.5kb`")),
    };
    match number.parse::<f64>() {
        Ok(0.0) => Ok(usize::MAX),
        Ok(number) => Ok((number * factor) as usize),
        Err(_) => Err(format!("`{text}` is not a size\n  help: write bytes, or `100MB`, `1.5kb`")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_as_mockoon_reads_them() {
        let sizes = ["0", "10", "1.5kb", "100MB", "10 GB"].map(|text| size(text).unwrap());
        assert_eq!(sizes, [usize::MAX, 10, 1_536, 100 << 20, 10 << 30]);
        assert!(size("much").is_err());
    }
}
