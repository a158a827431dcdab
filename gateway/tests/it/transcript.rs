//! The README's transcript, replayed word for word: each command is run, and what it prints is what stands below it.
//! Ports are mapped to free ones, and `sleep` moves the clock.

use crate::support::{Gateway, repository};

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

#[tokio::test]
async fn the_readme_tells_what_happens() {
    let readme = std::fs::read_to_string(repository("README.md")).unwrap();
    let toml = std::fs::read_to_string(repository("examples/orders/ringback.toml")).unwrap();
    let gateway = Gateway::start(&toml).await;
    let steps = steps(&readme);
    assert!(steps.len() > 5, "the README has a transcript");
    for Step { command, output } in steps {
        let words = words(&command);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let got = match words.as_slice() {
            ["sleep", seconds] => {
                gateway.advance(&format!("{seconds}s")).await;
                String::new()
            }
            ["curl", rest @ ..] => curl(&gateway, rest).await,
            other => panic!("the README uses a command that this test does not know: {other:?}"),
        };
        // What a command prints is told in the README only where it is worth reading.
        if !output.is_empty() {
            assert_eq!(got, output, "{command}");
        }
    }
}

async fn curl(gateway: &Gateway, words: &[&str]) -> String {
    let (mut method, mut url, mut body) = (None, None, "");
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match *word {
            "-X" => method = words.next().copied(),
            "-H" => drop(words.next()),
            "-d" => body = words.next().unwrap(),
            other => url = Some(other),
        }
    }
    let (url, method) = (url.unwrap(), method.unwrap_or("GET"));
    let answer = match url.strip_prefix("http://localhost:3001") {
        Some(path) => gateway.admin(method, path, body).await,
        None => gateway.ask(method, url.strip_prefix("http://localhost:3000").unwrap(), &[], body).await,
    };
    assert!(answer.status.is_success(), "{answer:?}");
    answer.body
}
