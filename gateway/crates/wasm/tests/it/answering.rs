//! Answers that are not in memory: files of the granted folder.

use std::{fs, path::Path};

use ringback_model::{
    fault::{FaultKind, PluginFault},
    http_values::Content,
};

use super::support::{HOST, Wat, call, respond, source, texts};

/// What comes of answering with a file.
async fn file(folder: Option<&Path>, name: &str) -> Result<Content, PluginFault> {
    let (items, _) = texts(2048, &[name]);
    let respond_with = format!(
        "(i32.store offset=16 (global.get $ok) (i32.const 3))
        (i32.store offset=20 (global.get $ok) (i32.const 2048))
        (i32.store offset=24 (global.get $ok) (i32.const {}))
        (global.get $ok)",
        name.len()
    );
    let mut source = source("files", &Wat { items, respond: respond_with, ..Wat::default() }.build());
    source.grants.files = folder.map(Into::into);
    let plugin = HOST.load(source).unwrap();
    respond(&plugin, call("/", "")).await.map(|(answer, _)| answer.body)
}

#[tokio::test]
async fn a_file_of_the_granted_folder_goes_out_by_its_path() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("deep")).unwrap();
    fs::write(folder.path().join("deep/logo.png"), "bytes").unwrap();
    let Content::File(path) = file(Some(folder.path()), "deep/logo.png").await.unwrap() else { panic!("no file") };
    assert_eq!(fs::read(path).unwrap(), b"bytes");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("deep/logo.png", folder.path().join("link")).unwrap();
        assert!(matches!(file(Some(folder.path()), "link").await, Ok(Content::File(_))));
    }
}

#[tokio::test]
async fn nothing_outside_of_the_folder_goes_out() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("files");
    fs::create_dir_all(folder.join("deep")).unwrap();
    fs::write(parent.path().join("secret"), "hush").unwrap();
    let absolute = parent.path().join("secret").display().to_string();
    let mut cases = vec![
        ("../secret", "which is no path within its folder"),
        ("deep/../../secret", "which is no path within its folder"),
        (absolute.as_str(), "which is no path within its folder"),
        ("", "which is no path within its folder"),
        ("deep", "which is no file"),
        ("nope.txt", "which is not there"),
    ];
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("../secret", folder.join("way-out")).unwrap();
        std::os::unix::fs::symlink("..", folder.join("up")).unwrap();
        cases.extend([("way-out", "which leads out of its folder"), ("up/secret", "which leads out of its folder")]);
    }
    for (name, why) in cases {
        let fault = file(Some(&folder), name).await.unwrap_err();
        assert_eq!(
            (fault.kind, fault.message),
            (FaultKind::Invalid, format!("answered with the file `{name}`, {why}"))
        );
    }
    let fault = file(None, "secret").await.unwrap_err();
    assert_eq!(fault.message, "answered with the file `secret`, but was granted none");
    assert_eq!(fault.detail.as_deref(), Some(r#"add `grants = { files = "fixtures" }`"#));
    let gone = file(Some(&folder.join("gone")), "a").await.unwrap_err();
    assert_eq!(gone.message, "answered with the file `a`, whose folder can't be read");
}
