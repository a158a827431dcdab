//! Evaluates expressions.

use roxmltree::Document;

use super::{
    ast::{Comparison, Expr, Operator, Step},
    axes, functions,
    value::{Node, Value},
};

/// Where an expression stands.
#[derive(Clone, Copy)]
pub(super) struct Scope<'d> {
    pub(super) root: Node<'d>,
    pub(super) node: Node<'d>,
    /// From 1.
    pub(super) position: usize,
    pub(super) size: usize,
}

/// What an expression gives at the document.
pub(super) fn evaluate<'d>(expr: &Expr, document: &'d Document<'_>) -> Value<'d> {
    let root = Node::Tree(document.root());
    Scope { root, node: root, position: 1, size: 1 }.value(expr)
}

// === impl Scope ===

impl<'d> Scope<'d> {
    pub(super) fn value(&self, expr: &Expr) -> Value<'d> {
        match expr {
            Expr::Or(a, b) => Value::Bool(self.value(a).is_true() || self.value(b).is_true()),
            Expr::And(a, b) => Value::Bool(self.value(a).is_true() && self.value(b).is_true()),
            Expr::Compare(comparison, a, b) => Value::Bool(compare(*comparison, self.value(a), self.value(b))),
            Expr::Compute(operator, a, b) => {
                Value::Number(compute(*operator, self.value(a).number(), self.value(b).number()))
            }
            Expr::Negate(a) => Value::Number(-self.value(a).number()),
            Expr::Union(a, b) => {
                let mut nodes = self.nodes(a);
                nodes.extend(self.nodes(b));
                Value::Nodes(in_order(nodes))
            }
            Expr::Number(number) => Value::Number(*number),
            Expr::Text(text) => Value::Text(text.to_string()),
            Expr::Call(function, arguments) => functions::call(self, *function, arguments),
            Expr::Path { is_absolute, steps } => {
                let start = if *is_absolute { self.root } else { self.node };
                Value::Nodes(self.walk(vec![start], steps))
            }
            Expr::From { start, predicates, steps } => {
                let chosen = predicates.iter().fold(self.nodes(start), |nodes, one| self.chosen(nodes, one));
                Value::Nodes(self.walk(chosen, steps))
            }
        }
    }

    /// The nodes that an expression gives; anything else is none.
    pub(super) fn nodes(&self, expr: &Expr) -> Vec<Node<'d>> {
        match self.value(expr) {
            Value::Nodes(nodes) => nodes,
            _ => vec![],
        }
    }

    fn walk(&self, start: Vec<Node<'d>>, steps: &[Step]) -> Vec<Node<'d>> {
        steps.iter().fold(start, |from, step| {
            let found = from.into_iter().flat_map(|node| {
                let nodes = axes::nodes(step, node);
                step.predicates.iter().fold(nodes, |nodes, predicate| self.chosen(nodes, predicate))
            });
            in_order(found.collect())
        })
    }

    /// The nodes for which a predicate holds: a number is a position.
    fn chosen(&self, nodes: Vec<Node<'d>>, predicate: &Expr) -> Vec<Node<'d>> {
        let size = nodes.len();
        let holds = |position: usize, node| {
            let scope = Scope { root: self.root, node, position, size };
            match scope.value(predicate) {
                Value::Number(number) => number == position as f64,
                value => value.is_true(),
            }
        };
        let numbered = nodes.into_iter().enumerate();
        numbered.filter(|(index, node)| holds(index + 1, *node)).map(|(_, node)| node).collect()
    }
}

/// Nodes in document order, each once.
fn in_order(mut nodes: Vec<Node<'_>>) -> Vec<Node<'_>> {
    let is_sorted = nodes.is_sorted_by(|a, b| a.order() < b.order());
    if !is_sorted {
        nodes.sort_by_key(|node| node.order());
        nodes.dedup_by_key(|node| node.order());
    }
    nodes
}

fn compute(operator: Operator, a: f64, b: f64) -> f64 {
    match operator {
        Operator::Add => a + b,
        Operator::Subtract => a - b,
        Operator::Multiply => a * b,
        Operator::Divide => a / b,
        Operator::Remainder => a % b,
    }
}

/// Section 3.4: of nodes, one that compares so is enough.
fn compare(comparison: Comparison, a: Value<'_>, b: Value<'_>) -> bool {
    match (a, b) {
        (Value::Nodes(a), Value::Nodes(b)) => {
            let texts: Vec<_> = b.into_iter().map(Node::text).collect();
            a.into_iter().map(Node::text).any(|a| texts.iter().any(|b| of_texts(comparison, &a, b)))
        }
        (Value::Nodes(nodes), Value::Bool(value)) => of_booleans(comparison, !nodes.is_empty(), value),
        (Value::Bool(value), Value::Nodes(nodes)) => of_booleans(comparison, value, !nodes.is_empty()),
        (Value::Nodes(nodes), other) => {
            nodes.into_iter().any(|node| of_values(comparison, &Value::Text(node.text()), &other))
        }
        (other, Value::Nodes(nodes)) => {
            nodes.into_iter().any(|node| of_values(comparison, &other, &Value::Text(node.text())))
        }
        (a, b) => of_values(comparison, &a, &b),
    }
}

fn of_values(comparison: Comparison, a: &Value<'_>, b: &Value<'_>) -> bool {
    match (a, b) {
        (Value::Text(a), Value::Text(b)) => of_texts(comparison, a, b),
        (Value::Bool(_), _) | (_, Value::Bool(_)) => of_booleans(comparison, a.is_true(), b.is_true()),
        (a, b) => of_numbers(comparison, a.number(), b.number()),
    }
}

fn of_texts(comparison: Comparison, a: &str, b: &str) -> bool {
    match comparison {
        Comparison::Equal => a == b,
        Comparison::Unequal => a != b,
        other => of_numbers(other, super::value::number(a), super::value::number(b)),
    }
}

fn of_booleans(comparison: Comparison, a: bool, b: bool) -> bool {
    of_numbers(comparison, f64::from(u8::from(a)), f64::from(u8::from(b)))
}

fn of_numbers(comparison: Comparison, a: f64, b: f64) -> bool {
    match comparison {
        Comparison::Equal => a == b,
        Comparison::Unequal => a != b,
        Comparison::Less => a < b,
        Comparison::LessOrEqual => a <= b,
        Comparison::More => a > b,
        Comparison::MoreOrEqual => a >= b,
    }
}
