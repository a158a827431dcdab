//! Where a run's lists, maps, functions and variables lie. All of it is freed when the run ends, whatever refers to what.

use std::{ops::Range, sync::Arc};

use crate::{ScriptError, ast::Function, value::Value};

/// Most steps that a run takes: some ten milliseconds.
const STEPS_MAX: usize = 300_000;
/// Most that a run makes, in bytes of texts and elements of lists, those that it no longer needs included.
const BYTES_MAX: usize = 16 << 20;
/// How deep calls and expressions may lie in each other: what a worker's stack takes by far.
const DEPTH_MAX: usize = 150;
/// What an element or a variable counts for.
const ELEMENT_BYTES: usize = 48;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ListId(usize);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MapId(usize);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FunctionId(usize);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ScopeId(usize);

/// Members in their order.
pub(crate) type Members = Vec<(Arc<str>, Value)>;

/// What a run has made.
#[derive(Debug, Default)]
pub(crate) struct Heap {
    lists: Vec<Vec<Value>>,
    maps: Vec<Members>,
    functions: Vec<(Arc<Function>, ScopeId)>,
    scopes: Vec<Scope>,
    steps: usize,
    bytes: usize,
    depth: usize,
}

#[derive(Debug, Default)]
struct Scope {
    variables: Members,
    parent: Option<ScopeId>,
}

// === impl Heap ===

impl Heap {
    /// Counts a step.
    pub(crate) fn step(&mut self, span: &Range<usize>) -> Result<(), ScriptError> {
        self.steps += 1;
        if self.steps > STEPS_MAX {
            return Err(ScriptError::new(span.clone(), "the script takes too long: it was ended after 300,000 steps"));
        }
        if self.bytes > BYTES_MAX {
            return Err(ScriptError::new(span.clone(), "the script makes too much: it was ended at 16 MiB"));
        }
        Ok(())
    }

    /// Goes one deeper; [`Heap::leave`] comes back.
    pub(crate) fn enter(&mut self, span: &Range<usize>) -> Result<(), ScriptError> {
        if self.depth >= DEPTH_MAX {
            return Err(ScriptError::new(span.clone(), "calls lie too deep in each other"));
        }
        self.step(span)?;
        self.depth += 1;
        Ok(())
    }

    pub(crate) fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    /// Counts bytes of a text.
    pub(crate) fn charge(&mut self, bytes: usize) {
        self.bytes = self.bytes.saturating_add(bytes);
    }

    pub(crate) fn new_list(&mut self, elements: Vec<Value>) -> Value {
        self.charge((elements.len() + 1) * ELEMENT_BYTES);
        self.lists.push(elements);
        Value::List(ListId(self.lists.len() - 1))
    }

    pub(crate) fn new_map(&mut self, members: Members) -> Value {
        self.charge((members.len() + 1) * ELEMENT_BYTES);
        self.maps.push(members);
        Value::Map(MapId(self.maps.len() - 1))
    }

    pub(crate) fn new_function(&mut self, function: Arc<Function>, scope: ScopeId) -> Value {
        self.charge(ELEMENT_BYTES);
        self.functions.push((function, scope));
        Value::Function(FunctionId(self.functions.len() - 1))
    }

    pub(crate) fn list(&self, list: ListId) -> &[Value] {
        self.lists.get(list.0).map(Vec::as_slice).unwrap_or_default()
    }

    /// For a change; what it adds is counted by `more` elements.
    pub(crate) fn list_mut(&mut self, list: ListId, more: usize) -> Option<&mut Vec<Value>> {
        self.charge(more * ELEMENT_BYTES);
        self.lists.get_mut(list.0)
    }

    pub(crate) fn map(&self, map: MapId) -> &[(Arc<str>, Value)] {
        self.maps.get(map.0).map(Vec::as_slice).unwrap_or_default()
    }

    pub(crate) fn map_mut(&mut self, map: MapId) -> Option<&mut Members> {
        self.charge(ELEMENT_BYTES);
        self.maps.get_mut(map.0)
    }

    /// A member. Absent: it has none of that name.
    pub(crate) fn member(&self, map: MapId, name: &str) -> Option<&Value> {
        self.map(map).iter().find(|(known, _)| **known == *name).map(|(_, value)| value)
    }

    pub(crate) fn set_member(&mut self, map: MapId, name: Arc<str>, value: Value) {
        let Some(members) = self.map_mut(map) else { return };
        set(members, name, value);
    }

    pub(crate) fn function(&self, function: FunctionId) -> Option<(Arc<Function>, ScopeId)> {
        self.functions.get(function.0).cloned()
    }

    pub(crate) fn new_scope(&mut self, parent: Option<ScopeId>) -> ScopeId {
        self.charge(ELEMENT_BYTES);
        self.scopes.push(Scope { variables: vec![], parent });
        ScopeId(self.scopes.len() - 1)
    }

    pub(crate) fn declare(&mut self, scope: ScopeId, name: Arc<str>, value: Value) {
        self.charge(ELEMENT_BYTES);
        if let Some(scope) = self.scopes.get_mut(scope.0) {
            set(&mut scope.variables, name, value);
        }
    }

    /// A variable's value. Absent: there is none.
    pub(crate) fn variable(&self, scope: ScopeId, name: &str) -> Option<&Value> {
        let mut at = Some(scope);
        while let Some(scope) = at.and_then(|at| self.scopes.get(at.0)) {
            if let Some((_, value)) = scope.variables.iter().find(|(known, _)| **known == *name) {
                return Some(value);
            }
            at = scope.parent;
        }
        None
    }

    /// Changes a variable; one that nobody declared is declared outermost.
    pub(crate) fn assign(&mut self, scope: ScopeId, name: &Arc<str>, value: Value) {
        let mut at = scope;
        loop {
            let Some(scope) = self.scopes.get_mut(at.0) else { return };
            let found = scope.variables.iter_mut().find(|(known, _)| known == name);
            match (found, scope.parent) {
                (Some((_, kept)), _) => {
                    *kept = value;
                    return;
                }
                (None, Some(parent)) => at = parent,
                (None, None) => {
                    scope.variables.push((name.clone(), value));
                    return;
                }
            }
        }
    }
}

fn set(members: &mut Members, name: Arc<str>, value: Value) {
    match members.iter_mut().find(|(known, _)| *known == name) {
        Some((_, kept)) => *kept = value,
        None => members.push((name, value)),
    }
}
