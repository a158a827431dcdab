//! From text to tree: Handlebars 4.7's lexer, grammar and white-space rules.

pub(crate) mod ast;
mod lex;
mod parse;
mod whitespace;

use crate::{SyntaxError, value::Text};

/// Parses a template and drops the white space that its tags ask to drop.
pub(crate) fn parse(source: &Text) -> Result<ast::Program, SyntaxError> {
    let tokens = lex::tokens(source)?;
    let mut program = parse::program(source, &tokens)?;
    whitespace::control(&mut program);
    Ok(program)
}
