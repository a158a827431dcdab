//! A path's text to its steps, by the same rewriting that `jsonpath-plus` does, since that decides what odd paths mean.

use std::sync::OnceLock;

use super::expression::Expression;
use crate::Regexp;

/// One step of a path: its text, which is a property's name where there is one, and what it means otherwise.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub text: String,
    pub kind: Kind,
}

#[derive(Clone, Debug)]
pub(super) enum Kind {
    /// `*`
    All,
    /// `..`
    Descend,
    /// `^`
    Parent,
    /// `~`
    Name,
    /// `$`
    Root,
    /// `[start:end:step]`; zero is as good as nothing.
    Slice {
        start: i64,
        end: i64,
        step: i64,
    },
    /// `[?(expression)]`
    Filter(Expression),
    /// `[(expression)]`
    Script(Expression),
    /// `@boolean()`, without the `@` and the parentheses.
    Type(String),
    /// `` `name ``: a name, whatever else it would mean.
    Escaped(String),
    /// `[a,b]`
    Union(Vec<Step>),
    Property,
}

/// The rewritings, in order.
struct Rewrites {
    kinds: Regexp,
    scripts: Regexp,
    quoted: Regexp,
    splits: Regexp,
    parents: Regexp,
    ends: Regexp,
    script: Regexp,
}

pub(super) fn steps(path: &str) -> Vec<Step> {
    let Some(rewrites) = rewrites() else { return Vec::new() };
    let mut scripts: Vec<String> = Vec::new();
    let text = rewrites.kinds.replace_all(path, |groups| format!(";{};", group(groups, 0)));
    let text = rewrites.scripts.replace_all(&text, |groups| {
        scripts.push(group(groups, 1).to_owned());
        format!("[#{}]", scripts.len() - 1)
    });
    let text = rewrites
        .quoted
        .replace_all(&text, |groups| format!("['{}']", group(groups, 1).replace('.', "%@%").replace('~', "%%@@%%")));
    let text = text.replace('~', ";~;");
    let text = rewrites.splits.replace_all(&text, |_| ";".to_owned());
    let text = text.replace("%@%", ".").replace("%%@@%%", "~");
    let text = rewrites.parents.replace_all(&text, |groups| {
        let ups = vec!["^"; group(groups, 1).len()];
        format!(";{};", ups.join(";"))
    });
    let text = text.replace(";;;", "\u{0}").replace(";;", "\u{0}").replace('\u{0}', ";..;");
    let text = rewrites.ends.replace_all(&text, |_| String::new());
    let mut steps: Vec<Step> = text
        .split(';')
        .map(|step| {
            let script = rewrites.script.captures(step).and_then(|groups| groups.into_iter().nth(1)?);
            match script.and_then(|index| scripts.get(index.parse::<usize>().ok()?)) {
                Some(script) => Step::of(script),
                None => Step::of(step),
            }
        })
        .collect();
    if steps.len() > 1 && steps.first().is_some_and(|step| step.text == "$") {
        steps.remove(0);
    }
    steps
}

fn group<'g>(groups: &[Option<&'g str>], index: usize) -> &'g str {
    groups.get(index).copied().flatten().unwrap_or_default()
}

fn rewrites() -> Option<&'static Rewrites> {
    static REWRITES: OnceLock<Option<Rewrites>> = OnceLock::new();
    REWRITES.get_or_init(Rewrites::compile).as_ref()
}

// === impl Rewrites ===

impl Rewrites {
    fn compile() -> Option<Self> {
        let compile = |pattern| Regexp::compile(pattern, "").ok();
        Some(Self {
            kinds: compile(
                r"@(?:null|boolean|number|string|integer|undefined|nonFinite|scalar|array|object|function|other)\(\)",
            )?,
            scripts: compile(r"[['](\??\(.*?\))[\]'](?!.\])")?,
            quoted: compile(r#"\[['"]([^'\]]*)['"]\]"#)?,
            splits: compile(r#"['"]?\.['"]?(?![^[]*\])|\[['"]?"#)?,
            parents: compile(r"(?:;)?(\^+)(?:;)?")?,
            ends: compile(r"(?:;$)|'?\]|'$")?,
            script: compile(r"#(\d+)")?,
        })
    }
}

// === impl Step ===

impl Step {
    /// The step that a text is.
    pub(super) fn of(text: &str) -> Self {
        Self { text: text.to_owned(), kind: Kind::of(text) }
    }
}

// === impl Kind ===

impl Kind {
    fn of(text: &str) -> Self {
        match text {
            "*" => return Self::All,
            ".." => return Self::Descend,
            "^" => return Self::Parent,
            "~" => return Self::Name,
            "$" => return Self::Root,
            _ => {}
        }
        if let Some((start, end, step)) = slice(text) {
            return Self::Slice { start, end, step };
        }
        if text.starts_with("?(") {
            let inside = text.strip_prefix("?(").and_then(|rest| rest.strip_suffix(')')).unwrap_or(text);
            return Self::Filter(Expression::compile(inside));
        }
        if text.starts_with('(') {
            return Self::Script(Expression::compile(text));
        }
        if let Some(rest) = text.strip_prefix('@') {
            return Self::Type(rest.strip_suffix("()").unwrap_or(rest).to_owned());
        }
        if let Some(name) = text.strip_prefix('`') {
            return Self::Escaped(name.to_owned());
        }
        if text.contains(',') {
            return Self::Union(text.split(',').map(Step::of).collect());
        }
        Self::Property
    }
}

/// `start:end:step`, each perhaps missing.
fn slice(text: &str) -> Option<(i64, i64, i64)> {
    let mut parts = text.split(':');
    let (start, end, step) = (parts.next()?, parts.next()?, parts.next().unwrap_or_default());
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let signed = |part: &str| digits(part.strip_prefix('-').unwrap_or(part));
    if parts.next().is_some() || !signed(start) || !signed(end) || !digits(step) {
        return None;
    }
    let number = |part: &str| part.parse().unwrap_or(0);
    Some((number(start), number(end), number(step)))
}
