//! `when` of a response.

use ringback_diag::quoted;
use ringback_model::environment::{self, Combine, Operator, Rule, Rules, Text};

use super::{Lowering, text::content};
use crate::document::{At, Condition, Kind, Target, When};

/// What to write where a condition compares with nothing, or with several things.
const COMPARISONS: &str =
    "write one of `equals`, `matches`, `matches-ignore-case`, `includes`, `satisfies`, `is = \"null\"`";

impl Lowering<'_> {
    /// Reads conditions; those that compare nothing are reported and left out.
    pub(super) fn rules(&mut self, when: Option<&At<When>>) -> Rules {
        let Some(when) = when else { return Rules::default() };
        let (combine, conditions) = match (&when.value.all, &when.value.any) {
            (Some(all), None) => (Combine::All, all),
            (None, Some(any)) => (Combine::Any, any),
            (Some(_), Some(any)) => {
                let help = "keep one of them: two responses say the rest";
                self.wrong(&any.span, "there are both `when.all` and `when.any`", help);
                return Rules::default();
            }
            (None, None) => return Rules::default(),
        };
        Rules { combine, rules: conditions.value.iter().filter_map(|condition| self.rule(condition)).collect() }
    }

    fn rule(&mut self, at: &At<Condition>) -> Option<Rule> {
        let condition = &at.value;
        let comparisons = comparisons(condition);
        let (operator, value) = match &*comparisons {
            [comparison] => *comparison,
            [] => {
                if !self.broken.contains(&at.span.start) {
                    self.wrong(&at.span, "this condition compares with nothing", COMPARISONS);
                }
                return None;
            }
            [_, (_, second), ..] => {
                let place = second.as_ref().map_or(&at.span, |second| &second.span).clone();
                self.wrong(&place, "this condition compares with several things", COMPARISONS);
                return None;
            }
        };
        if let (Operator::Regex | Operator::RegexIgnoreCase, Some(pattern)) = (operator, value) {
            self.check_regex(pattern);
        }
        let target = target(condition.target.value);
        let part = condition.at.as_ref();
        if let (environment::Target::Bucket, Some(part)) = (target, part) {
            self.check_bucket(part);
        }
        if let (Operator::JsonSchema, Some(bucket)) = (operator, value) {
            self.check_bucket(bucket);
        }
        Some(Rule {
            target,
            modifier: part.map_or_else(|| Text::fixed(""), |part| self.template(part)),
            operator,
            value: value.map_or_else(|| Text::fixed(""), |value| self.compared(operator, value)),
            invert: condition.not,
            origin: self.origin(&at.span),
        })
    }

    /// What names a schema is no template.
    fn compared(&self, operator: Operator, value: &At<String>) -> Text {
        let text = self.template(value);
        Text { templated: text.templated && operator != Operator::JsonSchema, ..text }
    }

    /// With Mockoon's conventions it can run, and the gateway tells what becomes of it.
    fn check_regex(&mut self, pattern: &At<String>) {
        if self.is_foreign() || pattern.value.contains("{{") {
            return;
        }
        let Err(error) = regress::Regex::new(&pattern.value) else { return };
        let message = format!("{} is not a regular expression: {}", self.written(&pattern.span), error.text);
        self.wrong(&pattern.span, message, "write it as in JavaScript, without slashes around it");
    }

    /// Doubts a path that begins with the name of no bucket. Paths with signs of their own are not looked at.
    fn check_bucket(&mut self, path: &At<String>) {
        let text = path.value.strip_prefix("$.").unwrap_or(&path.value);
        let name = text.split('.').next().unwrap_or_default();
        let is_known = self.declared.open
            || self.own.is_some()
            || !self.declared.plugins.is_empty()
            || self.declared.buckets.iter().chain(&self.declared.bucket_ids).any(|known| known == name);
        if is_known || text.contains(['\\', '[', '$', '{']) {
            return;
        }
        let written = self.text.get(content(self.text, &path.span)).unwrap_or_default();
        let place = match written.find(name) {
            Some(_) if name.is_empty() => path.span.clone(),
            Some(offset) => {
                let start = content(self.text, &path.span).start + offset;
                start..start + name.len()
            }
            None => path.span.clone(),
        };
        let help = "the condition finds nothing then: a path begins with the name of a bucket";
        self.doubt(&place, format!("bucket {} is not declared", quoted(name)), help);
    }
}

/// The comparisons of a condition, with what each compares with.
fn comparisons(condition: &Condition) -> Vec<(Operator, Option<&At<String>>)> {
    let texts = [
        (Operator::Equals, condition.equals.as_ref()),
        (Operator::Regex, condition.matches.as_ref()),
        (Operator::RegexIgnoreCase, condition.matches_ignore_case.as_ref()),
        (Operator::ArrayIncludes, condition.includes.as_ref()),
        (Operator::JsonSchema, condition.satisfies.as_ref()),
    ];
    let kind = condition.is.as_ref().map(|kind| match kind.value {
        Kind::Null => (Operator::Null, None),
        Kind::EmptyArray => (Operator::EmptyArray, None),
    });
    texts.into_iter().filter(|(_, value)| value.is_some()).chain(kind).collect()
}

fn target(target: Target) -> environment::Target {
    match target {
        Target::Body => environment::Target::Body,
        Target::Query => environment::Target::Query,
        Target::Header => environment::Target::Header,
        Target::Cookie => environment::Target::Cookie,
        Target::Parameter => environment::Target::Parameter,
        Target::Path => environment::Target::Path,
        Target::Method => environment::Target::Method,
        Target::RequestNumber => environment::Target::RequestNumber,
        Target::GlobalVariable => environment::Target::GlobalVariable,
        Target::Bucket => environment::Target::Bucket,
        Target::Template => environment::Target::Template,
        Target::Nothing => environment::Target::Unknown,
    }
}
