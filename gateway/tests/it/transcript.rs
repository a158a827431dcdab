//! Transcripts, the README's first, replayed word for word: each command is run, and what it prints is what stands below it.
//! Ports are mapped to free ones, and `sleep` moves the clock.

use std::net::SocketAddr;

use crate::support::{Answer, Gateway, repository};

/// A command of the transcript and the lines that stand below it.
struct Step {
    command: String,
    output: String,
}

fn steps(readme: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = vec![];
    for block in readme.split("```console\n").skip(1) {
        let block = block.split("```").next().unwrap();
        for line in block.lines() {
            match (line.strip_prefix("$ "), steps.last_mut()) {
                (Some(command), _) => steps.push(Step { command: command.into(), output: String::new() }),
                (None, Some(step)) => step.output.push_str(line),
                (None, None) => panic!("output before a command: {line}"),
            }
        }
    }
    steps
}

/// Splits a command as a shell does, as far as the README goes: blanks, and single quotes.
fn words(command: &str) -> Vec<String> {
    let (mut words, mut quoted) = (vec![String::new()], false);
    for c in command.chars() {
        match c {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            _ => words.last_mut().unwrap().push(c),
        }
    }
    words
}

/// Replays a transcript. `servers`: what the text calls them, and where they are.
pub(crate) async fn replay(text: &str, gateway: &Gateway, servers: &[(&str, SocketAddr)]) {
    let steps = steps(text);
    assert!(steps.len() > 5, "there is a transcript");
    for Step { command, output } in steps {
        let words = words(&command);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let got = match words.as_slice() {
            ["sleep", seconds] => {
                gateway.advance(&format!("{seconds}s")).await;
                continue;
            }
            ["curl", rest @ ..] => curl(gateway, servers, rest).await,
            other => panic!("a command that this test does not know: {other:?}"),
        };
        // What a command prints is told only where it is worth reading.
        if output.is_empty() {
            assert!(got.status.is_success(), "{command}: {got:?}");
        } else {
            assert_eq!(got.body, output, "{command}");
        }
    }
}

async fn curl(gateway: &Gateway, servers: &[(&str, SocketAddr)], words: &[&str]) -> Answer {
    let (mut method, mut url, mut body, mut headers) = (None, None, None, vec![]);
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match *word {
            "-X" => method = words.next().copied(),
            "-H" => headers.push(words.next().unwrap().split_once(": ").unwrap()),
            "-d" => body = words.next().copied(),
            other => url = Some(other),
        }
    }
    let url = url.unwrap();
    let method = method.unwrap_or(if body.is_some() { "POST" } else { "GET" });
    let body = servers
        .iter()
        .fold(body.unwrap_or_default().to_owned(), |body, (name, at)| body.replace(name, &format!("http://{at}")));
    let server = servers.iter().find_map(|(name, at)| Some((url.strip_prefix(name)?, at)));
    let (path, to) = server.unwrap_or_else(|| panic!("nothing is at {url}"));
    let path = if path.is_empty() { "/" } else { path };
    gateway.send(*to, method, path, &headers, &body).await
}

#[tokio::test]
async fn the_readme_tells_what_happens() {
    let readme = std::fs::read_to_string(repository("README.md")).unwrap();
    let toml = std::fs::read_to_string(repository("examples/orders/ringback.toml")).unwrap();
    let gateway = Gateway::start(&toml).await;
    let servers = [("http://localhost:3000", gateway.address), ("http://localhost:3001", gateway.admin)];
    replay(&readme, &gateway, &servers).await;
}
