//! `when` of a response.

use ringback_model::environment::{Combine, Operator, Rule, Rules, Target};

use super::{lines::Lines, literal};

pub(super) fn rules(rules: &Rules, lines: &mut Lines) {
    let key = match rules.combine {
        Combine::All => "when.all",
        Combine::Any => "when.any",
    };
    lines.list(key, &rules.rules.iter().map(rule).collect::<Vec<_>>());
}

fn rule(rule: &Rule) -> String {
    let part = &*rule.modifier.source;
    let at = if part.is_empty() { String::new() } else { format!("at = {}, ", literal::inline(part)) };
    let not = if rule.invert { ", not = true" } else { "" };
    format!("{{ in = \"{}\", {at}{}{not} }}", target(rule.target), comparison(rule))
}

fn comparison(rule: &Rule) -> String {
    let key = match rule.operator {
        Operator::Equals => "equals",
        Operator::Regex => "matches",
        Operator::RegexIgnoreCase => "matches-ignore-case",
        Operator::ArrayIncludes => "includes",
        Operator::JsonSchema => "satisfies",
        Operator::Null => return "is = \"null\"".into(),
        Operator::EmptyArray => return "is = \"empty-array\"".into(),
    };
    format!("{key} = {}", literal::inline(&rule.value.source))
}

fn target(target: Target) -> &'static str {
    match target {
        Target::Body => "body",
        Target::Query => "query",
        Target::Header => "header",
        Target::Cookie => "cookie",
        Target::Parameter => "parameter",
        Target::Path => "path",
        Target::Method => "method",
        Target::RequestNumber => "request-number",
        Target::GlobalVariable => "global-variable",
        Target::Bucket => "bucket",
        Target::Template => "template",
        Target::Unknown => "nothing",
    }
}
