//! XPath 1.0 over a body in XML, as Microcks has it from Java: names without a prefix are those of no namespace, prefixes are
//! not known (`local-name()` finds such elements), and the result is a text.
//!
//! Written here, since what there is either is no XPath 1.0 or brings a parser of XML and a size of its own; the document is
//! `roxmltree`'s.

mod ast;
mod axes;
mod eval;
mod functions;
mod lex;
mod parse;
mod value;

/// A path that was parsed.
#[derive(Debug)]
pub(crate) struct XPath(ast::Expr);

// === impl XPath ===

impl XPath {
    /// Parses a path. Absent: it is none, or needs what there is not: variables, prefixes.
    pub(crate) fn parse(source: &str) -> Option<Self> {
        parse::parse(source).map(Self)
    }

    /// The text that it finds: of nodes the first one's, empty if there is none.
    pub(crate) fn evaluate(&self, document: &roxmltree::Document<'_>) -> String {
        eval::evaluate(&self.0, document).into_text()
    }
}

#[cfg(test)]
mod tests;
