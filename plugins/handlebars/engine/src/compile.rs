//! From tree to program: decides once what Handlebars' generated code asks at every render.

use std::collections::BTreeMap;

use crate::{
    helpers::{self, Helper},
    program::{Block, Call, Expression, Inline, Node, PartialCall, Path, Program, Start, ValueBlock},
    syntax::ast,
    value::{Text, Value},
};

/// Compiles a template's tree.
pub(crate) fn compile(source: &str, tree: ast::Program) -> Program {
    let line_ends = source.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at).collect();
    Compiler { params: Vec::new(), line_ends }.program(tree)
}

struct Compiler {
    /// The names that the blocks around declare, innermost last.
    params: Vec<Vec<Text>>,
    /// Where the source's lines end, in bytes.
    line_ends: Vec<usize>,
}

// === impl Compiler ===

impl Compiler {
    fn program(&mut self, tree: ast::Program) -> Program {
        let mut program = Program { params: tree.params.len(), ..Program::default() };
        let declares = !tree.params.is_empty();
        if declares {
            self.params.push(tree.params);
        }
        for statement in tree.body {
            self.statement(&mut program, statement);
        }
        if declares {
            self.params.pop();
        }
        program
    }

    fn statement(&mut self, program: &mut Program, statement: ast::Statement) {
        match statement {
            ast::Statement::Content(content) if content.value.is_empty() => {}
            ast::Statement::Content(content) => program.nodes.push(Node::Text(content.value)),
            ast::Statement::Comment(_) => {}
            ast::Statement::Mustache(mustache) => {
                let value = self.mustache(mustache.call);
                program.nodes.push(Node::Emit { value, escaped: mustache.escaped });
            }
            ast::Statement::Block(block) if block.decorator => self.inline(program, *block),
            ast::Statement::Block(block) => {
                let block = self.block(*block);
                program.nodes.push(block);
            }
            ast::Statement::Partial(partial) => {
                let partial = self.partial(*partial);
                program.nodes.push(Node::Partial(Box::new(partial)));
            }
        }
    }

    /// `{{x}}` is a helper where there is one, else a value; `{{x y}}` is always a helper.
    fn mustache(&mut self, call: ast::Call) -> Expression {
        match self.helper_of(&call) {
            Some(helper) => self.call(helper, call),
            None => Expression::Path(self.path(call.path)),
        }
    }

    fn block(&mut self, block: ast::Block) -> Node {
        let helper = self.helper_of(&block.call);
        let head = match helper {
            Some(helper) => Ok(self.call_parts(helper, block.call)),
            // An unknown name is the empty string to `blockHelperMissing`; a path that leads nowhere is undefined.
            None if self.is_ambiguous(&block.call.path) => {
                let path = Expression::Path(self.path(block.call.path));
                Err(self.call_with(helpers::OR_EMPTY, path))
            }
            None => Err(Expression::Path(self.path(block.call.path))),
        };
        let program = block.program.map(|program| self.program(program));
        let inverse = block.inverse.map(|inverse| self.program(inverse));
        match head {
            Ok(call) => Node::Block(Box::new(Block { call, program, inverse })),
            Err(value) => Node::ValueBlock(Box::new(ValueBlock { value, program, inverse })),
        }
    }

    fn inline(&mut self, program: &mut Program, block: ast::Block) {
        let name = block
            .call
            .params
            .into_iter()
            .next()
            .map_or(Expression::Literal(Value::Undefined), |name| self.expression(name));
        let body = block.program.map(|body| self.program(body)).unwrap_or_default();
        program.inlines.push(Inline { name, program: body });
    }

    fn partial(&mut self, partial: ast::Partial) -> PartialCall {
        PartialCall {
            name: self.expression(partial.name),
            context: partial.call.params.into_iter().next().map(|context| self.expression(context)),
            hash: self.hash(partial.call.hash),
            block: partial.block.map(|block| self.program(block)),
            indent: partial.indent,
        }
    }

    /// The helper that a head names: one that exists, or, where there are arguments, one that is missing.
    fn helper_of(&self, call: &ast::Call) -> Option<Helper> {
        let has_arguments = !call.params.is_empty() || !call.hash.is_empty();
        let known = match call.path.parts.as_slice() {
            [name] if call.path.is_simple() && self.param(name).is_none() => helpers::find(name),
            _ => None,
        };
        known.or(has_arguments.then_some(helpers::MISSING))
    }

    fn is_ambiguous(&self, path: &ast::Path) -> bool {
        path.is_simple() && path.parts.first().is_some_and(|name| self.param(name).is_none())
    }

    fn call(&mut self, helper: Helper, call: ast::Call) -> Expression {
        Expression::Call(Box::new(self.call_parts(helper, call)))
    }

    fn call_with(&self, helper: Helper, param: Expression) -> Expression {
        Expression::Call(Box::new(Call { helper, line: 1, params: vec![param], hash: Vec::new() }))
    }

    fn call_parts(&mut self, helper: Helper, call: ast::Call) -> Call {
        // A template has far fewer than four billion lines.
        let line = self.line_ends.partition_point(|end| *end < call.span.start) as u32 + 1;
        let params = call.params.into_iter().map(|param| self.expression(param)).collect();
        Call { helper, line, params, hash: self.hash(call.hash) }
    }

    /// Handlebars assigns the arguments from the last to the first, so of those with one name the first is what counts,
    /// in the last one's place. Its generated code leaves a literal `undefined` out of the object.
    fn hash(&mut self, hash: Vec<(Text, ast::Expression)>) -> Vec<(Text, Expression)> {
        let mut places = BTreeMap::new();
        let mut given = Vec::<(Text, ast::Expression)>::with_capacity(hash.len());
        for (name, value) in hash.into_iter().rev() {
            let place = *places.entry(name.as_str().to_owned()).or_insert(given.len());
            match given.get_mut(place) {
                Some(earlier) => earlier.1 = value,
                None => given.push((name, value)),
            }
        }
        given.retain(|(_, value)| !matches!(value, ast::Expression::Literal(Value::Undefined)));
        given.into_iter().map(|(name, value)| (name, self.expression(value))).collect()
    }

    fn expression(&mut self, expression: ast::Expression) -> Expression {
        match expression {
            ast::Expression::Literal(value) => Expression::Literal(value),
            ast::Expression::Path(path) => Expression::Path(self.path(path)),
            ast::Expression::Call(call) => {
                let helper = self.helper_of(&call).unwrap_or(helpers::MISSING);
                self.call(helper, *call)
            }
        }
    }

    fn path(&self, path: ast::Path) -> Path {
        let param =
            path.parts.first().filter(|_| path.depth == 0 && !path.is_scoped()).and_then(|name| self.param(name));
        let mut names = path.parts;
        let start = match param {
            Some((up, index)) => {
                names.remove(0);
                Start::Param { up, index }
            }
            None if path.data => Start::Data { up: path.depth },
            None => Start::Context { up: path.depth },
        };
        Path { start, names }
    }

    /// The block parameter of a name.
    fn param(&self, name: &str) -> Option<(usize, usize)> {
        let blocks = self.params.iter().rev().enumerate();
        blocks.into_iter().find_map(|(up, names)| Some((up, names.iter().position(|known| known == name)?)))
    }
}
