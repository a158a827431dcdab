//! Nodes along an axis, nearest first.

use roxmltree::Node as Xml;

use super::{
    ast::{Axis, Step, Test},
    value::Node,
};

/// The nodes that a step finds from a node, without its predicates; on an axis that leads back, nearest first.
pub(super) fn nodes<'d>(step: &Step, from: Node<'d>) -> Vec<Node<'d>> {
    let tree = |nodes: &mut dyn Iterator<Item = Xml<'d, 'd>>| {
        nodes.map(Node::Tree).filter(|node| is_meant(step, *node)).collect::<Vec<_>>()
    };
    let owner = match from {
        Node::Tree(node) => node,
        Node::Attribute(owner, _) => return from_attribute(step, from, owner),
    };
    match step.axis {
        Axis::Attribute => {
            let attributes = (0..owner.attributes().len()).map(|index| Node::Attribute(owner, index));
            attributes.filter(|node| is_meant(step, *node)).collect()
        }
        Axis::Child => tree(&mut owner.children()),
        Axis::Descendant => tree(&mut owner.descendants().skip(1)),
        Axis::DescendantOrSelf => tree(&mut owner.descendants()),
        Axis::Itself => tree(&mut std::iter::once(owner)),
        Axis::Parent => tree(&mut owner.parent().into_iter()),
        Axis::Ancestor => tree(&mut owner.ancestors().skip(1)),
        Axis::AncestorOrSelf => tree(&mut owner.ancestors()),
        Axis::FollowingSibling => tree(&mut owner.next_siblings().skip(1)),
        Axis::PrecedingSibling => tree(&mut owner.prev_siblings().skip(1)),
        Axis::Following => tree(&mut following(owner)),
        Axis::Preceding => {
            let before = owner.ancestors().flat_map(|node| node.prev_siblings().skip(1));
            tree(&mut before.flat_map(|node| node.descendants().collect::<Vec<_>>().into_iter().rev()))
        }
    }
}

fn following<'d>(node: Xml<'d, 'd>) -> impl Iterator<Item = Xml<'d, 'd>> {
    node.ancestors().flat_map(|node| node.next_siblings().skip(1)).flat_map(|node| node.descendants())
}

fn from_attribute<'d>(step: &Step, from: Node<'d>, owner: Xml<'d, 'd>) -> Vec<Node<'d>> {
    let above = match step.axis {
        Axis::Itself | Axis::DescendantOrSelf => vec![from],
        Axis::Parent => vec![Node::Tree(owner)],
        Axis::Ancestor => owner.ancestors().map(Node::Tree).collect(),
        Axis::AncestorOrSelf => std::iter::once(from).chain(owner.ancestors().map(Node::Tree)).collect(),
        Axis::Following => owner.descendants().skip(1).chain(following(owner)).map(Node::Tree).collect(),
        Axis::Preceding => return nodes(step, Node::Tree(owner)),
        _ => vec![],
    };
    above.into_iter().filter(|node| is_meant(step, *node)).collect()
}

/// Whether a node passes the test. A name means an attribute on the axis of attributes, elsewhere an element.
fn is_meant(step: &Step, node: Node<'_>) -> bool {
    let is_principal = match node {
        Node::Attribute(..) => step.axis == Axis::Attribute,
        Node::Tree(tree) => tree.is_element() && step.axis != Axis::Attribute,
    };
    match (&step.test, node) {
        (Test::Node, _) => true,
        (Test::Any, _) => is_principal,
        (Test::Name(name), _) => is_principal && node.local_name() == &**name && node.namespace().is_none(),
        (_, Node::Attribute(..)) => false,
        (Test::Text, Node::Tree(tree)) => tree.is_text(),
        (Test::Comment, Node::Tree(tree)) => tree.is_comment(),
        (Test::Instruction(wanted), Node::Tree(tree)) => {
            tree.pi().is_some_and(|pi| wanted.as_deref().is_none_or(|wanted| wanted == pi.target))
        }
    }
}
