//! The files that fuzzing begins with.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    path::{Path, PathBuf},
};

use serde_json::Value;

/// Larger texts teach a fuzzer little, and slow it down.
const SEED_MAX_BYTES: usize = 16 << 10;
/// Larger files are no examples.
const FILE_MAX_BYTES: u64 = 2 << 20;
/// More words than these slow the fuzzer down.
const WORDS_MAX: usize = 600;

/// What stands in the files of some folders.
#[derive(Debug, Default)]
pub struct Material {
    json: Vec<Value>,
    toml: Vec<String>,
}

// === impl Material ===

impl Material {
    /// Reads the JSON and TOML files of some folders and of those below them. A folder that is not there has none.
    ///
    /// # Errors
    /// When a file or folder that is there can't be read.
    pub fn read(folders: &[PathBuf]) -> io::Result<Self> {
        let mut material = Self::default();
        for folder in folders.iter().filter(|folder| folder.is_dir()) {
            material.add(folder)?;
        }
        Ok(material)
    }

    fn add(&mut self, folder: &Path) -> io::Result<()> {
        let mut paths: Vec<PathBuf> =
            std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
        // Seeds are numbered: the same files give the same seeds.
        paths.sort();
        for path in paths {
            let built = ["target", "node_modules", "build", "dist"].iter().any(|name| path.ends_with(name));
            if path.is_dir() && !built {
                self.add(&path)?;
            } else if path.is_file() && path.metadata()?.len() <= FILE_MAX_BYTES {
                self.add_file(&path)?;
            }
        }
        Ok(())
    }

    fn add_file(&mut self, path: &Path) -> io::Result<()> {
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("json") => self.json.extend(serde_json::from_slice::<Value>(&std::fs::read(path)?)),
            Some("toml") => self.toml.extend(String::from_utf8(std::fs::read(path)?)),
            _ => {}
        }
        Ok(())
    }

    /// The TOML files, whole.
    pub fn toml(&self) -> Vec<String> {
        kept(self.toml.iter().cloned())
    }

    /// Every object anywhere in the JSON files that has a member of a name, as compact JSON.
    pub fn objects_with(&self, member: &str) -> Vec<String> {
        let mut found = Vec::new();
        for value in &self.json {
            visit(value, "", &mut |_, value| found.extend(value.get(member).map(|_| value.to_string())));
        }
        kept(found)
    }

    /// Every text anywhere in the JSON files that is wanted, given the name of the member that it is, or the items of
    /// which it is one.
    pub fn texts(&self, wanted: impl Fn(&str, &str) -> bool) -> Vec<String> {
        let mut found = Vec::new();
        for value in &self.json {
            visit(value, "", &mut |name, value| {
                found.extend(value.as_str().filter(|text| wanted(name, text)).map(str::to_owned));
            });
        }
        kept(found)
    }
}

/// Calls for a value and every one within, each with the name of the member that it is in.
fn visit<'v>(value: &'v Value, name: &str, call: &mut dyn FnMut(&str, &'v Value)) {
    call(name, value);
    match value {
        Value::Array(items) => items.iter().for_each(|item| visit(item, name, call)),
        Value::Object(members) => members.iter().for_each(|(name, member)| visit(member, name, call)),
        _ => {}
    }
}

/// Each text once, and none that is too long, in a fixed order.
fn kept(texts: impl IntoIterator<Item = String>) -> Vec<String> {
    let kept: BTreeSet<String> = texts.into_iter().filter(|text| text.len() <= SEED_MAX_BYTES).collect();
    kept.into_iter().collect()
}

/// The words that occur in most seeds, in the form that libFuzzer reads a dictionary in.
pub fn words(seeds: &[String]) -> String {
    let mut counts = BTreeMap::<&str, usize>::new();
    for seed in seeds {
        let words = seed.split(|c: char| !c.is_ascii_alphanumeric() && !"_-$.".contains(c));
        let once: BTreeSet<&str> = words.filter(|word| (2..=24).contains(&word.len())).collect();
        once.into_iter().for_each(|word| *counts.entry(word).or_default() += 1);
    }
    let mut words: Vec<(&str, usize)> = counts.into_iter().collect();
    words.sort_by_key(|(word, count)| (std::cmp::Reverse(*count), *word));
    words.into_iter().take(WORDS_MAX).map(|(word, _)| format!("\"{word}\"\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::{Material, words};

    #[test]
    fn texts_and_objects_are_found_wherever_they_stand() {
        let json = serde_json::json!({ "groups": [{ "env": { "routes": [{ "endpoint": "a/:b" }] } }], "endpoint": 1 });
        let material = Material { json: vec![json], toml: Vec::new() };
        assert_eq!(material.objects_with("routes"), [r#"{"routes":[{"endpoint":"a/:b"}]}"#]);
        assert_eq!(material.texts(|name, _| name == "endpoint"), ["a/:b"]);
    }

    #[test]
    fn a_dictionary_holds_what_most_seeds_have_in_common() {
        let seeds = ["{{body 'x'}}", "{{faker 'number.int'}}", "{{body 'name'}}"].map(str::to_owned);
        assert_eq!(words(&seeds), "\"body\"\n\"faker\"\n\"name\"\n\"number.int\"\n");
    }
}
