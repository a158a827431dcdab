//! What a manifest means, and what it brings to an environment.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::{path::Path, time::Duration};

use ringback_config::{
    manifest::{self, Language, Manifest, Word, merge},
    read,
};
use ringback_diag::{Colour, Diagnostics, Sources, render};
use ringback_model::{
    environment::{Answering, BucketGrant, Environment, Instances, OnError, PathSyntax, PluginDeclaration, Seeding},
    ids::PluginName,
    limits::MANIFEST_MAX_BYTES,
};

const AUTHOR: &str = include_str!("ui/manifest/accepted.toml");
const OPERATOR: &str = include_str!("ui/manifest/beside_accepted.toml");

fn kyc() -> PluginName {
    PluginName::try_new("kyc").unwrap()
}

fn author(text: &str) -> Manifest {
    manifest::parse("plugin.toml", text, Word::Author, &mut Sources::default()).unwrap().manifest
}

fn operator(text: &str) -> Manifest {
    let word = Word::Operator { plugin: &kyc(), folder: Path::new("plugins") };
    manifest::parse("plugins/kyc.toml", text, word, &mut Sources::default()).unwrap().manifest
}

fn environment(text: &str) -> Environment {
    let text = format!("{text}\n[plugins]\nfolder = 'plugins'");
    read("ringback.toml", &text, Path::new(""), &|_| None, &mut Sources::default()).unwrap().environment
}

fn names(environment: &Environment) -> Vec<&str> {
    environment.routes.iter().map(|route| route.name.as_str()).collect()
}

fn said(diagnostics: &Diagnostics) -> String {
    render(diagnostics, &Sources::default(), Colour::Plain)
}

#[test]
fn what_an_author_says_is_kept() {
    let manifest = author(AUTHOR);
    assert_eq!((manifest.name.as_str(), manifest.version.as_deref()), ("kyc", Some("1.0.0-rc.1")));
    assert_eq!(manifest.language.map(Language::word), Some("rust"));
    assert_eq!((manifest.needs.buckets.len(), manifest.needs.memory_bytes), (1, Some(128 << 20)));
    let canary = manifest.canary.unwrap();
    assert_eq!((canary.method.as_str(), canary.path.query(), canary.status.as_u16()), ("GET", Some("full=true"), 404));

    let [post, one, health, others] = &*manifest.routes else { panic!("four routes") };
    let responder = |answer: &Answering| matches!(answer, Answering::Responder(plugin) if plugin.as_str() == "kyc");
    assert!(responder(&post.answer) && responder(&one.answer) && !responder(&others.answer));
    assert!(matches!(&one.on_error, OnError::Fallback(response) if response.status.as_u16() == 503));
    let Answering::Responses { responses, .. } = &health.answer else { panic!("a response") };
    assert_eq!(&*responses[0].body.text().unwrap().source, "{{now}} ${env:HOME}", "nothing is put in");
}

#[test]
fn the_operators_word_stands_over_the_authors() {
    let manifest = operator("config = { a = 1 }\n[canary]\npath = '/x'").over(author(AUTHOR));
    assert_eq!((manifest.routes.len(), manifest.canary.unwrap().path.path()), (4, "/x"));
    assert_eq!(manifest.overrides.config.unwrap().to_string(), r#"{"a":1}"#);

    let manifest = operator(OPERATOR).over(author(&AUTHOR.replace("kyc", "other")));
    assert_eq!((manifest.name.as_str(), manifest.routes.len(), manifest.callbacks.len()), ("kyc", 1, 1));
    let mut declaration = PluginDeclaration::plain(kyc(), "plugins/kyc.wasm".into());
    manifest.overrides.apply(&mut declaration);
    assert_eq!(declaration.instances, Instances::Warm { reuse: 100, max: Some(2) });
    assert_eq!((declaration.cpu_max, declaration.memory_max_bytes), (Some(Duration::from_secs(1)), Some(128 << 20)));
    assert_eq!(declaration.grants.files.as_deref(), Some(Path::new("plugins/fixtures")));
    assert!(declaration.sha256.is_some() && declaration.config["reject-after"] == 3);
}

#[test]
fn a_manifest_is_bounded() {
    let text = format!("name = 'a' # {}", "x".repeat(MANIFEST_MAX_BYTES));
    let refused = manifest::parse("plugin.toml", &text, Word::Author, &mut Sources::default()).unwrap_err();
    assert!(said(&refused).contains("help: 65536 are the most"), "{}", said(&refused));
}

#[test]
fn routes_come_last_and_are_named_after_the_plugin() {
    let mut environment = environment(
        "[[route]]\npath = '/a'\nname = 'kyc: one'\nbody = ''\n[callback.other]\nurl = '/x'\n[callback.ping]\nurl = '/y'",
    );
    let found = merge(&mut environment, &kyc(), &author(AUTHOR));
    assert!(found.is_empty(), "{}", said(&found));
    let expected = ["kyc: one", "kyc: POST /kyc/applicants", "kyc: one (2)", "kyc: /kyc/health", "kyc: /kyc/others"];
    assert_eq!(names(&environment), expected);
    assert_eq!(environment.callbacks.len(), 2, "the operator's stays");
    let Answering::Responses { responses, .. } = &environment.routes[3].answer else { panic!("a response") };
    assert_eq!(environment.callbacks[responses[0].callbacks[0].callback].name.as_str(), "ping");
}

#[test]
fn buckets_come_where_none_is() {
    let mut environment = environment("[buckets]\napplicants = { old = 1 }");
    merge(&mut environment, &kyc(), &author(AUTHOR));
    let seeds: Vec<_> = environment
        .buckets
        .iter()
        .map(|bucket| match &bucket.seed {
            Seeding::Value(value) => format!("{} {}", bucket.name, value.to_text()),
            Seeding::Template(_) | Seeding::AtFirstUse(_) => panic!("no template"),
        })
        .collect();
    assert_eq!(seeds, [r#"applicants {"old":1}"#, "log []"]);
}

#[test]
fn a_granted_bucket_is_declared_or_comes_with_the_component() {
    let mut environment = environment("[plugin.kyc]\ngrants = { buckets = ['applicants', 'refunds'] }");
    merge(&mut environment, &kyc(), &author(AUTHOR));
    let found = manifest::unbacked(&environment, &environment.plugins[0]);
    let [only] = found.as_slice() else { panic!("one of them came: {}", said(&found)) };
    assert_eq!(only.message, "plugin `kyc` is granted bucket `refunds`, which is not declared");
    assert_eq!(only.help.as_deref(), Some("add `refunds = []` to `[buckets]`"));
}

#[test]
fn a_plugin_by_another_name_answers_its_routes() {
    let mut environment = environment("");
    merge(&mut environment, &PluginName::try_new("kyc-2").unwrap(), &author(AUTHOR));
    assert_eq!(names(&environment)[0], "kyc-2: POST /kyc/applicants");
    assert!(matches!(&environment.routes[1].answer, Answering::Responder(plugin) if plugin.as_str() == "kyc-2"));
    assert_eq!(environment.callbacks[0].policy.as_ref().unwrap().plugin.as_str(), "kyc-2");
}

#[test]
fn a_route_that_can_never_answer_is_left_out_and_told() {
    let text = "[[route]]\npath = '/kyc/{a}/{b}'\nname = 'mine'\nbody = ''\n[[route]]\npath = '/kyc/health'\nresponder = 'kyc'";
    let mut environment = environment(text);
    let found = merge(&mut environment, &kyc(), &author(AUTHOR));
    assert_eq!(names(&environment), ["mine", "/kyc/health", "kyc: POST /kyc/applicants", "kyc: /kyc/others"]);
    let [only] = found.as_slice() else { panic!("the plugin's own route is nothing to tell of: {}", said(&found)) };
    assert_eq!(only.message, "route `one` of plugin `kyc` can never answer: route `mine` takes all its requests");
    assert!(!found.has_errors() && only.place.as_ref().is_some_and(|place| &*place.file == "plugin.toml"));
}

#[test]
fn mockoons_environments_get_routes_in_their_own_syntax() {
    let mut environment = environment("");
    environment.paths.syntax = PathSyntax::Express;
    let manifest =
        author("name = 'kyc'\n[[route]]\npath = '/a.b/{id}'\n[[route]]\npath = '/a(b)'\n[[route]]\npath = '/{*rest}'");
    let found = merge(&mut environment, &kyc(), &manifest);
    let paths: Vec<_> = environment.routes.iter().map(|route| route.path.as_str()).collect();
    assert_eq!((paths, found.as_slice().len(), found.has_errors()), (vec!["/a.b/:id"], 2, false));
}

#[test]
fn a_secret_that_is_granted_beside_the_component_must_be_declared() {
    let mut without = environment("");
    let found = merge(&mut without, &kyc(), &operator(OPERATOR));
    assert!(said(&found).contains("plugin `kyc` is granted secret `kyc-webhook`, which is not declared"));
    let mut with = environment("[secrets]\nkyc-webhook = 'x'");
    assert!(merge(&mut with, &kyc(), &operator(OPERATOR)).is_empty());
}

#[test]
fn the_examples_say_what_they_need_and_are_granted_it() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../examples");
    let mut seen = 0;
    for example in std::fs::read_dir(folder).unwrap() {
        let example = example.unwrap().path();
        let Ok(text) = std::fs::read_to_string(example.join("plugin.toml")) else { continue };
        let manifest = author(&text);
        let document = std::fs::read_to_string(example.join("ringback.toml")).unwrap();
        let loaded = read("ringback.toml", &document, &example, &|_| Some("x".into()), &mut Sources::default());
        let mut environment = loaded.unwrap().environment;
        let found = merge(&mut environment, &manifest.name, &manifest);
        assert!(found.is_empty(), "{}: {}", example.display(), said(&found));
        for plugin in environment.plugins.iter().filter(|plugin| plugin.name == manifest.name) {
            assert_eq!(manifest::missing(&manifest.needs, &plugin.grants, plugin.memory_max_bytes), []);
            assert!(manifest::unbacked(&environment, plugin).is_empty());
            seen += 1;
        }
    }
    assert!(seen > 0, "there are examples of plugins");
}

#[test]
fn what_is_missing_is_told_with_the_line_that_grants_it() {
    let declaration = PluginDeclaration::plain(kyc(), "kyc.wasm".into());
    assert_eq!(declaration.grants.buckets, BucketGrant::default());
    let missing = manifest::missing(&author(AUTHOR).needs, &declaration.grants, declaration.memory_max_bytes);
    let lines: Vec<_> = missing.iter().map(|missing| &*missing.line).collect();
    let grants = r#"grants = { buckets = ["applicants"], callback-hosts = ["*.example.com"], hosts = ["localhost:8080"], secrets = ["kyc-webhook"], env = ["TZ"] }"#;
    assert_eq!(lines, [grants, grants, grants, grants, grants, r#"memory-max = "128 MiB""#]);
    let secret = "[secrets]\nkyc-webhook = 'x'\n[plugin.kyc]\n";
    let declared = environment(&format!("{secret}{grants}\nmemory-max = '128 MiB'"));
    let plugin = &declared.plugins[0];
    assert_eq!(manifest::missing(&author(AUTHOR).needs, &plugin.grants, plugin.memory_max_bytes), []);
}
