//! `ringback plugin`: what it prints, writes and refuses. What takes a language's tools is tested by `cargo xtask examples`.

use std::{fs, path::Path, process::Stdio};

use tokio::process::Command;

use crate::support::{PATIENCE, cache_dir};

/// Runs `ringback plugin` in a folder: exit code, standard output, standard error.
async fn plugin(folder: &Path, arguments: &[&str], path: Option<&str>) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ringback"));
    command.current_dir(folder).arg("plugin").args(arguments).stdin(Stdio::null());
    command.env("NO_COLOR", "1").env("XDG_CACHE_HOME", cache_dir()).kill_on_drop(true);
    if let Some(path) = path {
        command.env("PATH", path);
    }
    let ended = tokio::time::timeout(PATIENCE, command.output()).await.expect("it ends").unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (ended.status.code().unwrap(), text(ended.stdout), text(ended.stderr))
}

#[tokio::test]
async fn new_writes_a_project_in_every_language() {
    let folder = tempfile::tempdir().unwrap();
    for language in ["rust", "js", "python", "go", "c"] {
        let (code, out, err) =
            plugin(folder.path(), &["new", "card-payments", "--lang", language, "--path", language], None).await;
        assert_eq!((code, err.as_str()), (0, ""), "{out}");
        assert!(out.contains("plugin.toml") && out.contains(&format!("ringback plugin test {language}")), "{out}");
        let manifest = fs::read_to_string(folder.path().join(language).join("plugin.toml")).unwrap();
        assert!(manifest.contains("name = \"card-payments\""), "{manifest}");
        assert!(manifest.contains(&format!("language = \"{language}\"")), "{manifest}");
        let tests = folder.path().join(language).join("tests");
        assert!(tests.join("card-payments.toml").is_file(), "there is a vector to start from");
    }
    let (code, _, err) = plugin(folder.path(), &["new", "x", "--lang", "c", "--path", "c"], None).await;
    assert_eq!(
        (code, err.as_str()),
        (1, "error: `c` is not empty\nhelp: choose another folder with `--path`, or empty this one\n")
    );
}

#[tokio::test]
async fn what_can_not_be_named_or_written_in_is_usage() {
    let folder = tempfile::tempdir().unwrap();
    let (code, _, err) = plugin(folder.path(), &["new", "Card Payments", "--lang", "go"], None).await;
    assert_eq!(code, 2);
    assert!(err.contains("`card-payments` would do"), "{err}");
    let (code, _, err) = plugin(folder.path(), &["new", "x", "--lang", "cobol"], None).await;
    assert_eq!(code, 2);
    assert!(err.contains("rust, js, python, go, c"), "{err}");
    assert_eq!(folder.path().read_dir().unwrap().count(), 0, "nothing was written");
}

#[tokio::test]
async fn a_manifest_that_is_wrong_or_missing_is_a_bad_configuration() {
    let folder = tempfile::tempdir().unwrap();
    let (code, _, err) = plugin(folder.path(), &["build"], None).await;
    assert_eq!(code, 3);
    assert!(err.contains("there is no `./plugin.toml`") && err.contains("plugin new"), "{err}");
    fs::write(folder.path().join("plugin.toml"), "name = \"x\"\nlanguage = \"rust\"\nroutes = []\n").unwrap();
    let (code, _, err) = plugin(folder.path(), &["build"], None).await;
    assert_eq!(code, 3);
    assert!(err.contains("plugin.toml:3:1") && err.contains("did you mean `route`"), "{err}");
}

#[tokio::test]
async fn all_missing_tools_are_told_at_once_with_what_gets_them() {
    let folder = tempfile::tempdir().unwrap();
    for (language, wanted) in [
        ("js", &["Node.js 20 or later", "`componentize-qjs`", "plugin build --install"][..]),
        ("python", &["`componentize-py`", "plugin build --install"]),
        ("c", &["clang", "wasm-ld", "apt-get install clang lld"]),
    ] {
        let manifest = format!("name = \"x\"\nlanguage = \"{language}\"\n");
        fs::write(folder.path().join("plugin.toml"), manifest).unwrap();
        let (code, out, err) = plugin(folder.path(), &["build", "--check"], Some("/nonexistent")).await;
        assert_eq!((code, out.as_str()), (1, ""));
        assert!(wanted.iter().all(|wanted| err.contains(wanted)), "{err}");
    }
}

#[tokio::test]
async fn a_vector_with_an_unknown_key_says_where_and_what_was_meant() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("plugin.toml"), "name = \"x\"\nlanguage = \"c\"\n").unwrap();
    fs::create_dir(folder.path().join("tests")).unwrap();
    let vectors = "[[call]]\npath = \"/x\"\n[call.expect]\nstatuss = 200\n";
    fs::write(folder.path().join("tests/x.toml"), vectors).unwrap();
    let (code, _, err) = plugin(folder.path(), &["test"], None).await;
    assert_eq!(code, 3);
    assert!(err.contains("unknown key `statuss`") && err.contains("x.toml:4:1") && err.contains("`status`"), "{err}");
    fs::write(folder.path().join("tests/x.toml"), "[[call]]\npath = \"/x\"\n").unwrap();
    let (code, _, err) = plugin(folder.path(), &["test"], None).await;
    assert_eq!(code, 1);
    assert!(err.contains("is not built") && err.contains("help: `ringback plugin build .`"), "{err}");
}

#[tokio::test]
async fn a_file_that_is_no_plugin_is_told_what_it_is() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("x.wasm"), "<html>").unwrap();
    let (code, _, err) = plugin(folder.path(), &["inspect", "x.wasm"], None).await;
    assert_eq!(code, 1);
    assert!(err.starts_with("error: `x.wasm` is no WebAssembly file\nhelp: "), "{err}");
}
