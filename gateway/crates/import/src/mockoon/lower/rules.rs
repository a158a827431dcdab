//! Rules (section 3).

use std::sync::Arc;

use ringback_diag::quoted;
use ringback_model::environment::{Combine, Operator, Rule, Rules, Target};

use super::Lowering;
use crate::mockoon::{
    document::{self, Response},
    repair::At,
};

impl Lowering<'_> {
    pub(super) fn rules(&mut self, response: &Response) -> Rules {
        let combine = if response.combine.value == "AND" { Combine::All } else { Combine::Any };
        Rules { combine, rules: response.rules.iter().map(|rule| self.rule(rule)).collect() }
    }

    fn rule(&mut self, rule: &document::Rule) -> Rule {
        let (target, operator) = (target(rule.target.value), operator(rule.operator.value));
        let lowered = Rule {
            target,
            modifier: self.template(&rule.modifier),
            operator,
            // What names a schema is not rendered.
            value: if operator == Operator::JsonSchema {
                self.literal(&rule.value)
            } else {
                self.template(&rule.value)
            },
            invert: rule.invert.value,
            origin: self.origin(&rule.place),
        };
        let is_regex = matches!(operator, Operator::Regex | Operator::RegexIgnoreCase);
        if is_regex && !lowered.value.templated {
            self.check_regex(&rule.value);
        }
        if target == Target::Bucket && !lowered.modifier.templated {
            self.check_bucket(&rule.modifier);
        }
        if operator == Operator::JsonSchema {
            self.check_bucket(&rule.value);
        }
        lowered
    }

    fn check_regex(&mut self, pattern: &At<Arc<str>>) {
        if self.patterns.contains(&pattern.value) {
            return;
        }
        if let Err(error) = regress::Regex::new(&pattern.value) {
            let message = format!("{} is not a regular expression: {}", quoted(&pattern.value), error.text);
            self.warn(&pattern.span, message, "requests that come to this rule are told so, with 500, as by Mockoon");
        } else {
            self.patterns.insert(pattern.value.clone());
        }
    }

    /// Warns where a path begins with the name of no bucket. Paths with signs of their own are not looked at.
    fn check_bucket(&mut self, path: &At<Arc<str>>) {
        let text = path.value.strip_prefix("$.").unwrap_or(&path.value);
        let name = text.split('.').next().unwrap_or_default();
        if text.contains(['\\', '[', '$']) || self.buckets.has(name) {
            return;
        }
        let message = format!("there is no data bucket with the id or name {}", quoted(name));
        self.warn(&path.span, message, "the rule finds nothing then; begin with the id of a bucket");
    }
}

fn target(word: &str) -> Target {
    match word {
        "body" => Target::Body,
        "query" => Target::Query,
        "header" => Target::Header,
        "cookie" => Target::Cookie,
        "params" => Target::Parameter,
        "path" => Target::Path,
        "method" => Target::Method,
        "request_number" => Target::RequestNumber,
        "global_var" => Target::GlobalVariable,
        "data_bucket" => Target::Bucket,
        "templating" => Target::Template,
        _ => Target::Unknown,
    }
}

fn operator(word: &str) -> Operator {
    match word {
        "regex" => Operator::Regex,
        "regex_i" => Operator::RegexIgnoreCase,
        "null" => Operator::Null,
        "empty_array" => Operator::EmptyArray,
        "array_includes" => Operator::ArrayIncludes,
        "valid_json_schema" => Operator::JsonSchema,
        _ => Operator::Equals,
    }
}
