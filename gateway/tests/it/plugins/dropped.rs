//! Files of a plugins folder.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use super::*;
use crate::support::Raw;

#[tokio::test]
async fn a_dropped_file_serves_is_replaced_and_goes() {
    let gateway = with_folder(ROUTE).await;
    let file = gateway.file("plugins/kyc.wasm");
    let missing = gateway.get("/kyc").await;
    assert_eq!((missing.status.as_u16(), missing.header("ringback-error")), (503, "plugin-unavailable"));
    assert!(missing.json()["help"][0].as_str().unwrap().contains("plugins/kyc.wasm"), "{missing:?}");

    std::fs::write(&file, version(201)).unwrap();
    gateway.until_answer("/kyc", |answer| answer.status == 201).await;
    // Another one is renamed over it, as a build does.
    std::fs::write(gateway.file("plugins/new"), version(202)).unwrap();
    std::fs::rename(gateway.file("plugins/new"), &file).unwrap();
    gateway.until_answer("/kyc", |answer| answer.status == 202).await;
    let view = gateway.until_plugin("kyc", |view| generation(view) == 2).await;
    assert_eq!((&view["source"]["kind"], &view["kept"][0]["generation"]), (&"folder".into(), &1.into()));

    std::fs::remove_file(&file).unwrap();
    let gone = gateway.until_answer("/kyc", |answer| answer.status != 202).await;
    assert_eq!(gone.status, 503, "never 404");
    assert_eq!(changes(&gateway).await, ["serving", "serving", "removed"]);
    std::fs::write(&file, version(203)).unwrap();
    gateway.until_answer("/kyc", |answer| answer.status == 203).await;
}

#[tokio::test]
async fn what_is_only_touched_or_written_again_is_not_loaded_again() {
    let gateway = with_folder(ROUTE).await;
    let (file, other) = (gateway.file("plugins/kyc.wasm"), gateway.file("plugins/other.wasm"));
    std::fs::write(&file, version(201)).unwrap();
    gateway.until_answer("/kyc", |answer| answer.status == 201).await;
    std::fs::File::open(&file).unwrap().set_modified(std::time::SystemTime::UNIX_EPOCH).unwrap();
    std::fs::write(&file, version(201)).unwrap();
    // It was looked at again, and so was one that came after it.
    gateway.until(r#"ringback_plugin_loads_total{outcome="unchanged",plugin="kyc"}"#, 1).await;
    std::fs::write(&other, version(202)).unwrap();
    gateway.until_plugin("other", |view| view["state"] == "serving").await;
    assert_eq!(generation(&gateway.until_plugin("kyc", |_| true).await), 1);
}

#[tokio::test]
async fn half_a_file_is_refused_and_the_whole_one_serves() {
    let gateway = with_folder(ROUTE).await;
    let (file, component) = (gateway.file("plugins/kyc.wasm"), version(201));
    std::fs::write(&file, &component[..component.len() / 2]).unwrap();
    let view = gateway.until_plugin("kyc", |view| view["state"] == "failed").await;
    assert!(view["lastError"]["message"].as_str().unwrap().contains("is not valid"), "{view}");
    assert_eq!(gateway.get("/kyc").await.json()["detail"], "plugin `kyc` could not be loaded");
    std::fs::write(&file, &component).unwrap();
    gateway.until_answer("/kyc", |answer| answer.status == 201).await;
    // And over one that serves: that goes on.
    std::fs::write(&file, &component[..component.len() / 3]).unwrap();
    gateway.until_plugin("kyc", |view| !view["lastError"].is_null()).await;
    assert_eq!(gateway.get("/kyc").await.status, 201);
}

#[tokio::test]
async fn an_editors_save_is_one_change() {
    let gateway = with_folder(ROUTE).await;
    let (file, backup) = (gateway.file("plugins/kyc.wasm"), gateway.file("plugins/kyc.wasm~"));
    std::fs::write(&file, version(201)).unwrap();
    gateway.until_answer("/kyc", |answer| answer.status == 201).await;
    // The old one is moved away, the new one written, the old one deleted.
    std::fs::rename(&file, &backup).unwrap();
    std::fs::write(&file, version(202)).unwrap();
    std::fs::remove_file(&backup).unwrap();
    gateway.until_answer("/kyc", |answer| answer.status == 202).await;
    assert_eq!(changes(&gateway).await, ["serving", "serving"]);
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_that_is_turned_to_another_file_is_a_change() {
    let gateway = with_folder(ROUTE).await;
    let link = gateway.file("plugins/kyc.wasm");
    std::fs::create_dir(gateway.file("releases")).unwrap();
    for status in [201, 202] {
        std::fs::write(gateway.file(&format!("releases/{status}.wasm")), version(status)).unwrap();
        let new = gateway.file("plugins/new");
        std::os::unix::fs::symlink(gateway.file(&format!("releases/{status}.wasm")), &new).unwrap();
        std::fs::rename(&new, &link).unwrap();
        gateway.until_answer("/kyc", |answer| answer.status == status).await;
    }
    // What it leads to changes in its own folder.
    std::fs::write(gateway.file("releases/202.wasm"), version(203)).unwrap();
    gateway.until_answer("/kyc", |answer| answer.status == 203).await;
    // A link that leads nowhere is a file that is gone.
    std::fs::remove_file(gateway.file("releases/202.wasm")).unwrap();
    gateway.until_answer("/kyc", |answer| answer.status == 503).await;
}

#[tokio::test]
async fn a_declaration_wins_over_a_file_of_its_name() {
    let toml = format!("[plugins]\nfolder = \"plugins\"\n[plugin.kyc]\npath = \"kyc.wasm\"\n{ROUTE}");
    let gateway = Gateway::with("ringback.toml", &toml, |options| {
        let folder = &options.documents.working_folder;
        std::fs::create_dir(folder.join("plugins")).unwrap();
        std::fs::write(folder.join("kyc.wasm"), version(201)).unwrap();
        std::fs::write(folder.join("plugins/kyc.wasm"), version(202)).unwrap();
    })
    .await
    .unwrap();
    gateway.running.watch(|_| {});
    let warned = &gateway.running.warnings;
    assert!(warned.contains("plugins/kyc.wasm` is not loaded: another component is plugin `kyc`"), "{warned}");
    assert_eq!(gateway.get("/kyc").await.status, 201);
    let view = gateway.until_plugin("kyc", |_| true).await;
    assert!(view["shadowed"][0].as_str().unwrap().ends_with("plugins/kyc.wasm"), "{view}");
    // Once nothing is declared, the file of the folder serves.
    std::fs::write(gateway.file("ringback.toml"), format!("[plugins]\nfolder = \"plugins\"\n{ROUTE}")).unwrap();
    gateway.running.app.reload().await.unwrap();
    gateway.until_answer("/kyc", |answer| answer.status == 202).await;
}

#[tokio::test]
async fn a_folder_of_the_command_line_is_as_good_and_comes_first() {
    let toml = format!(
        "[plugins]\nfolder = \"second\"\n[plugin.own]\ncpu-max = \"50ms\"\n{ROUTE}[[route]]\npath = \"/own\"\nresponder = \"own\"\n"
    );
    let start = async |toml: &str| {
        let started = Gateway::with("ringback.toml", toml, |options| {
            let folder = options.documents.working_folder.clone();
            for (name, status) in [("first", 201), ("second", 202)] {
                std::fs::create_dir(folder.join(name)).unwrap();
                std::fs::write(folder.join(name).join("kyc.wasm"), version(status)).unwrap();
            }
            std::fs::write(folder.join("second/own.wasm"), version(203)).unwrap();
            options.documents.plugins = vec![folder.join("first")];
        });
        started.await.unwrap_or_else(|rejected| panic!("{}", rejected.render(ringback_gateway::Colour::Plain)))
    };
    let gateway = start(&toml).await;
    gateway.running.watch(|_| {});
    let warned = &gateway.running.warnings;
    assert!(warned.contains("second/kyc.wasm` is not loaded") && !warned.contains("own"), "{warned}");
    assert_eq!((gateway.get("/kyc").await.status.as_u16(), gateway.get("/own").await.status.as_u16()), (201, 203));
    // A plugin that is declared where the folder is goes with its file, and comes with it.
    std::fs::remove_file(gateway.file("second/own.wasm")).unwrap();
    gateway.until_answer("/own", |answer| answer.status == 503).await;
    assert_eq!(gateway.put_plugin("own", version(204)).await.status, 201);
    assert_eq!((gateway.get("/own").await.status.as_u16(), gateway.file("second/own.wasm").exists()), (204, true));
    assert_eq!(gateway.admin("DELETE", "/__admin/plugins/own", "").await.status, 204);
    assert_eq!((gateway.get("/own").await.status.as_u16(), gateway.file("second/own.wasm").exists()), (503, false));
    // Once the first is gone, the second has its turn.
    std::fs::remove_file(gateway.file("first/kyc.wasm")).unwrap();
    gateway.until_answer("/kyc", |answer| answer.status == 202).await;
    // Without a folder of its own a document may still name what the command line's holds.
    let gateway = start(&toml.replace("[plugins]\nfolder = \"second\"\n[plugin.own]", "[plugin.kyc]")).await;
    assert_eq!((gateway.get("/kyc").await.status.as_u16(), gateway.get("/own").await.status.as_u16()), (201, 503));
}

#[tokio::test]
async fn grants_that_change_reach_what_was_dropped() {
    let component = crate::guest::with_manifest(version(201), "name = \"kyc\"\n[needs]\nbuckets = [\"users\"]\n");
    let toml = format!("[buckets]\nusers = []\n{ROUTE}");
    let gateway = with_folder(&toml).await;
    std::fs::write(gateway.file("plugins/kyc.wasm"), component).unwrap();
    gateway.until_plugin("kyc", |view| view["state"] == "failed").await;
    let granted = format!("[plugins]\nfolder = \"plugins\"\ngrants = {{ buckets = [\"users\"] }}\n{toml}");
    std::fs::write(gateway.file("ringback.toml"), granted).unwrap();
    gateway.until_answer("/kyc", |answer| answer.status == 201).await;
}

#[tokio::test]
async fn what_lies_in_the_folder_at_the_start_serves_with_the_first_answer() {
    let toml = format!("[plugins]\nfolder = \"plugins\"\n{ROUTE}");
    let gateway = Gateway::with("ringback.toml", &toml, |options| {
        let folder = options.documents.working_folder.join("plugins");
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(folder.join("kyc.wasm"), version(201)).unwrap();
        std::fs::write(folder.join("bad.wasm"), "no component").unwrap();
    })
    .await
    .unwrap();
    assert_eq!(gateway.get("/kyc").await.status, 201);
    assert!(gateway.running.warnings.contains("plugin `bad` is no WebAssembly file"), "{}", gateway.running.warnings);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_request_fails_while_a_plugin_is_replaced_and_each_client_sees_it_change_once() {
    const CLIENTS: usize = 64;
    const SWAPS: u16 = 5;
    let gateway = with_folder(ROUTE).await;
    let file = gateway.file("plugins/kyc.wasm");
    std::fs::write(&file, version(200)).unwrap();
    gateway.until_answer("/kyc", |answer| answer.status == 200).await;
    // How often each has asked.
    let asked: Arc<Vec<AtomicUsize>> = Arc::new((0..CLIENTS).map(|_| AtomicUsize::new(0)).collect());
    let all = |asked: &[AtomicUsize]| asked.iter().map(|times| times.load(Ordering::Relaxed)).collect::<Vec<_>>();
    let stop = Arc::new(AtomicBool::new(false));
    let clients: Vec<_> = (0..CLIENTS)
        .map(|client| {
            let (to, stop, asked) = (gateway.address, stop.clone(), asked.clone());
            tokio::spawn(async move {
                let (mut raw, mut seen) = (Raw::open(to).await, vec![]);
                while !stop.load(Ordering::Relaxed) {
                    raw.send("GET /kyc HTTP/1.1\r\nhost: x\r\n\r\n").await;
                    let status = raw.answer().await.status.as_u16();
                    if seen.last() != Some(&status) {
                        seen.push(status);
                    }
                    asked[client].fetch_add(1, Ordering::Relaxed);
                }
                seen
            })
        })
        .collect();
    for swap in 1..=SWAPS {
        std::fs::write(gateway.file("plugins/new"), version(200 + swap)).unwrap();
        std::fs::rename(gateway.file("plugins/new"), &file).unwrap();
        gateway.until_answer("/kyc", |answer| answer.status == 200 + swap).await;
        // One that was on its way, and one after it.
        let before = all(&asked);
        while all(&asked).iter().zip(&before).any(|(now, before)| *now < before + 2) {
            tokio::task::yield_now().await;
        }
    }
    stop.store(true, Ordering::Relaxed);
    for client in clients {
        let seen = client.await.unwrap();
        let first = seen[0];
        assert_eq!(seen, (first..=200 + SWAPS).collect::<Vec<_>>(), "each version once, in order");
    }
}
