//! The core library (section 4).

use super::{
    ast::{Expr, Function},
    eval::Scope,
    value::{self, Node, Value},
};

/// What a function gives. Of how many arguments it has been made sure.
pub(super) fn call<'d>(scope: &Scope<'d>, function: Function, arguments: &[Expr]) -> Value<'d> {
    let value = |index: usize| arguments.get(index).map(|argument| scope.value(argument));
    let text = |index: usize| value(index).map_or_else(String::new, Value::into_text);
    let own_text = || value(0).map_or_else(|| scope.node.text(), Value::into_text);
    let number = |index: usize| value(index).map_or(f64::NAN, |value| value.number());
    let nodes = || arguments.first().map_or_else(Vec::new, |argument| scope.nodes(argument));
    let named = || arguments.first().map_or(Some(scope.node), |argument| scope.nodes(argument).first().copied());
    let part = |part: Option<&str>| Value::Text(part.unwrap_or_default().to_owned());
    match function {
        Function::Boolean => Value::Bool(value(0).is_some_and(|value| value.is_true())),
        Function::Not => Value::Bool(!value(0).is_some_and(|value| value.is_true())),
        Function::True => Value::Bool(true),
        Function::False => Value::Bool(false),
        Function::Lang => Value::Bool(speaks(scope.node, &text(0))),
        Function::Last => Value::Number(scope.size as f64),
        Function::Position => Value::Number(scope.position as f64),
        Function::Count => Value::Number(nodes().len() as f64),
        Function::Sum => Value::Number(nodes().into_iter().map(|node| value::number(&node.text())).sum()),
        Function::Number => Value::Number(match arguments {
            [] => value::number(&scope.node.text()),
            _ => number(0),
        }),
        Function::Floor => Value::Number(number(0).floor()),
        Function::Ceiling => Value::Number(number(0).ceil()),
        Function::Round => Value::Number(rounded(number(0))),
        // Without a document type no attribute is an id.
        Function::Id => Value::Nodes(vec![]),
        Function::LocalName => part(named().map(Node::local_name)),
        Function::NamespaceUri => part(named().and_then(Node::namespace)),
        Function::Name => Value::Text(named().map(Node::name).unwrap_or_default()),
        Function::String => Value::Text(own_text()),
        Function::StringLength => Value::Number(own_text().chars().count() as f64),
        Function::NormalizeSpace => Value::Text(normalized(&own_text())),
        Function::Concat => Value::Text((0..arguments.len()).map(text).collect()),
        Function::Contains => Value::Bool(text(0).contains(&text(1))),
        Function::StartsWith => Value::Bool(text(0).starts_with(&text(1))),
        Function::SubstringBefore => part(text(0).split_once(&text(1)).map(|(before, _)| before)),
        Function::SubstringAfter => part(text(0).split_once(&text(1)).map(|(_, after)| after)),
        Function::Substring => Value::Text(substring(&text(0), number(1), arguments.get(2).map(|_| number(2)))),
        Function::Translate => Value::Text(translated(&text(0), &text(1), &text(2))),
    }
}

/// To the nearest whole number; of two, the greater.
fn rounded(number: f64) -> f64 {
    (number + 0.5).floor()
}

fn normalized(text: &str) -> String {
    let words = text.split([' ', '\t', '\r', '\n']).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// The characters from a position on, counted from 1, as many as there are or as are asked for.
fn substring(text: &str, start: f64, length: Option<f64>) -> String {
    let start = rounded(start);
    let end = length.map_or(f64::INFINITY, |length| start + rounded(length));
    let is_within = |index: usize| {
        let position = index as f64 + 1.0;
        position >= start && position < end
    };
    text.chars().enumerate().filter(|(index, _)| is_within(*index)).map(|(_, c)| c).collect()
}

/// Each character of `from` replaced by the one that stands at its place in `to`, or left out where there is none.
fn translated(text: &str, from: &str, to: &str) -> String {
    text.chars()
        .filter_map(|c| match from.chars().position(|known| known == c) {
            Some(place) => to.chars().nth(place),
            None => Some(c),
        })
        .collect()
}

/// Whether the nearest `xml:lang` is a language, or a part of one.
fn speaks(node: Node<'_>, language: &str) -> bool {
    let (Node::Tree(scope) | Node::Attribute(scope, _)) = node;
    let found = scope.ancestors().find_map(|node| node.attribute((roxmltree::NS_XML_URI, "lang")));
    found.is_some_and(|found| {
        let start = found.get(..language.len()).is_some_and(|start| start.eq_ignore_ascii_case(language));
        start && matches!(found.as_bytes().get(language.len()), None | Some(b'-'))
    })
}
