//! Runs trees: statements here, [`expressions`] and [`calls`] beneath.

use std::sync::Arc;

use crate::{
    Host, Language, Outcome, ScriptError,
    ast::{Expression, Statement, StatementKind},
    heap::{Heap, ScopeId},
    maps, operators,
    value::Value,
};

mod calls;
mod expressions;

pub(crate) fn run(language: Language, body: &[Statement], host: &mut dyn Host) -> Result<Outcome, ScriptError> {
    let mut heap = Heap::default();
    let outermost = heap.new_scope(None);
    let mut run = Run { language, heap, host, context: vec![] };
    run.hoist(body, outermost);
    let value = match run.body(body, outermost)? {
        Flow::Return(value) => value,
        // The last value of a script of Groovy's is what it returns.
        Flow::Next(value) if language == Language::Groovy => value,
        _ => Value::Null,
    };
    let result = (!value.is_null()).then(|| run.print(&value));
    let context = std::mem::take(&mut run.context);
    let context = context.into_iter().map(|(name, value)| (name.to_string(), run.print(&value))).collect();
    Ok(Outcome { result, context })
}

/// A script that runs.
pub(crate) struct Run<'h> {
    pub(crate) language: Language,
    pub(crate) heap: Heap,
    pub(crate) host: &'h mut dyn Host,
    /// What it put into the context of the request's templates.
    pub(crate) context: Vec<(Arc<str>, Value)>,
}

/// What comes after a statement.
enum Flow {
    /// The next one; its own value.
    Next(Value),
    Return(Value),
    Break,
    Continue,
}

type Evaluated = Result<Value, ScriptError>;

impl Run<'_> {
    pub(crate) fn is_groovy(&self) -> bool {
        self.language == Language::Groovy
    }

    pub(crate) fn print(&mut self, value: &Value) -> String {
        let text = value.print(&self.heap, self.language == Language::Groovy);
        self.heap.charge(text.len());
        text
    }

    pub(crate) fn is_true(&self, value: &Value) -> bool {
        value.is_true(&self.heap, self.is_groovy())
    }

    /// Functions are there before the line that declares them.
    fn hoist(&mut self, body: &[Statement], scope: ScopeId) {
        for statement in body {
            if let StatementKind::Function { name, function } = &statement.kind {
                let value = self.heap.new_function(function.clone(), scope);
                self.heap.declare(scope, name.clone(), value);
            }
        }
    }

    fn body(&mut self, body: &[Statement], scope: ScopeId) -> Result<Flow, ScriptError> {
        let mut last = Value::Null;
        for statement in body {
            match self.statement(statement, scope)? {
                Flow::Next(value) => last = value,
                other => return Ok(other),
            }
        }
        Ok(Flow::Next(last))
    }

    fn block(&mut self, body: &[Statement], scope: ScopeId) -> Result<Flow, ScriptError> {
        let inner = self.heap.new_scope(Some(scope));
        self.hoist(body, inner);
        self.body(body, inner)
    }

    fn statement(&mut self, statement: &Statement, scope: ScopeId) -> Result<Flow, ScriptError> {
        self.heap.enter(&statement.span)?;
        let flow = self.one(statement, scope);
        self.heap.leave();
        flow
    }

    fn one(&mut self, statement: &Statement, scope: ScopeId) -> Result<Flow, ScriptError> {
        use StatementKind as Kind;
        match &statement.kind {
            Kind::Expression(expression) => return self.value(expression, scope).map(Flow::Next),
            Kind::Declare(declared) => {
                for (name, value) in declared {
                    let value = value.as_ref().map_or(Ok(Value::Null), |value| self.value(value, scope))?;
                    self.heap.declare(scope, name.clone(), value);
                }
            }
            Kind::If { condition, then, otherwise } => {
                let condition = self.value(condition, scope)?;
                if self.is_true(&condition) {
                    return self.statement(then, scope);
                }
                if let Some(otherwise) = otherwise {
                    return self.statement(otherwise, scope);
                }
            }
            Kind::ForEach { name, keys, of, body } => {
                let of = self.value(of, scope)?;
                let elements =
                    if *keys { maps::keys_of(&of, &mut self.heap) } else { self.elements(&of, &statement.span)? };
                for element in elements {
                    let inner = self.heap.new_scope(Some(scope));
                    self.heap.declare(inner, name.clone(), element);
                    if let Some(flow) = self.turn(body, inner)? {
                        return Ok(flow);
                    }
                }
            }
            Kind::For { first, condition, next, body } => {
                let inner = self.heap.new_scope(Some(scope));
                if let Some(first) = first {
                    self.statement(first, inner)?;
                }
                while self.holds(condition.as_ref(), inner)? {
                    if let Some(flow) = self.turn(body, inner)? {
                        return Ok(flow);
                    }
                    for next in next {
                        self.value(next, inner)?;
                    }
                }
            }
            Kind::While { condition, body } => {
                while self.holds(Some(condition), scope)? {
                    if let Some(flow) = self.turn(body, scope)? {
                        return Ok(flow);
                    }
                }
            }
            Kind::Return(value) => {
                let value = value.as_ref().map_or(Ok(Value::Null), |value| self.value(value, scope))?;
                return Ok(Flow::Return(value));
            }
            Kind::Break => return Ok(Flow::Break),
            Kind::Continue => return Ok(Flow::Continue),
            Kind::Block(body) => return self.block(body, scope),
            Kind::Switch { subject, cases } => return self.switch(subject, cases, scope),
            // Hoisted.
            Kind::Function { .. } => {}
            Kind::Throw(value) => {
                let value = self.value(value, scope)?;
                return Err(ScriptError::new(statement.span.clone(), self.print(&value)));
            }
            Kind::Try { body, name, catch, finally } => {
                let done = match (self.block(body, scope), catch) {
                    (Err(error), Some(catch)) => {
                        let inner = self.heap.new_scope(Some(scope));
                        if let Some(name) = name {
                            let message = ("message".into(), Value::text(error.message));
                            let thrown = self.heap.new_map(vec![message]);
                            self.heap.declare(inner, name.clone(), thrown);
                        }
                        self.block(catch, inner)
                    }
                    (done, _) => done,
                };
                self.block(finally, scope)?;
                return done;
            }
        }
        Ok(Flow::Next(Value::Null))
    }

    fn holds(&mut self, condition: Option<&Expression>, scope: ScopeId) -> Result<bool, ScriptError> {
        let Some(condition) = condition else { return Ok(true) };
        let value = self.value(condition, scope)?;
        Ok(self.is_true(&value))
    }

    /// One turn of a loop. Present: how the loop ends.
    fn turn(&mut self, body: &Statement, scope: ScopeId) -> Result<Option<Flow>, ScriptError> {
        Ok(match self.statement(body, scope)? {
            Flow::Next(_) | Flow::Continue => None,
            Flow::Break => Some(Flow::Next(Value::Null)),
            returned @ Flow::Return(_) => Some(returned),
        })
    }

    fn switch(
        &mut self,
        subject: &Expression,
        cases: &[(Option<Expression>, Vec<Statement>)],
        scope: ScopeId,
    ) -> Result<Flow, ScriptError> {
        let subject = self.value(subject, scope)?;
        let mut start = cases.iter().position(|(case, _)| case.is_none());
        for (index, (case, _)) in cases.iter().enumerate() {
            let Some(case) = case else { continue };
            let wanted = self.value(case, scope)?;
            let is = match (self.is_groovy(), &wanted) {
                (true, Value::Function(_)) => {
                    let found = self.invoke(&wanted, vec![subject.clone()], &case.span)?;
                    Ok(self.is_true(&found))
                }
                (true, _) => operators::is_case(&wanted, &subject, &self.heap),
                (false, _) => Ok(operators::equal(&subject, &wanted, &self.heap, 0)),
            };
            if is.map_err(|message| ScriptError::new(case.span.clone(), message))? {
                start = Some(index);
                break;
            }
        }
        for (_, body) in cases.iter().skip(start.unwrap_or(cases.len())) {
            match self.block(body, scope)? {
                Flow::Next(_) => {}
                Flow::Break => break,
                other => return Ok(other),
            }
        }
        Ok(Flow::Next(Value::Null))
    }
}
