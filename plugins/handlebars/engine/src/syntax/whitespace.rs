//! Drops white space around tags: what `{{~ ~}}` asks for, and the line of a block, comment or partial that stands
//! alone on it. A port of Handlebars' `whitespace-control.js`, whose order of steps decides the corner cases.

use super::ast::{Block, Content, Partial, Program, Statement, Strip};
use crate::value::{Text, is_space};

/// Applies the rules to a whole template.
pub(crate) fn control(program: &mut Program) {
    control_program(program, true);
}

/// What a statement tells the program that it stands in.
#[derive(Default)]
struct Around {
    open: bool,
    close: bool,
    open_standalone: bool,
    close_standalone: bool,
    inline_standalone: bool,
}

fn control_program(program: &mut Program, is_root: bool) {
    let body = &mut program.body;
    for at in 0..body.len() {
        let Some(around) = body.get_mut(at).and_then(control_statement) else { continue };
        let before = is_space_before(body, at, is_root);
        let after = is_space_after(body, Some(at), is_root);
        if around.close {
            omit_right(body, Some(at), true);
        }
        if around.open {
            omit_left(body, Some(at), true);
        }
        if around.inline_standalone && before && after {
            omit_right(body, Some(at), false);
            let indent = indent_before(body, at);
            if omit_left(body, Some(at), false)
                && let Some(Statement::Partial(partial)) = body.get_mut(at)
                && partial.block.is_none()
            {
                partial.indent = indent;
            }
        }
        if around.open_standalone && before {
            if let Some(first) = body.get_mut(at).and_then(first_arm) {
                omit_right(&mut first.body, None, false);
            }
            omit_left(body, Some(at), false);
        }
        if around.close_standalone && after {
            omit_right(body, Some(at), false);
            if let Some(last) = body.get_mut(at).and_then(last_arm) {
                omit_left(&mut last.body, None, false);
            }
        }
    }
}

fn control_statement(statement: &mut Statement) -> Option<Around> {
    match statement {
        Statement::Content(_) => None,
        Statement::Mustache(mustache) => {
            Some(Around { open: mustache.strip.open, close: mustache.strip.close, ..Around::default() })
        }
        Statement::Comment(strip) => Some(inline(*strip)),
        Statement::Block(block) => Some(control_block(block)),
        Statement::Partial(partial) => match &mut partial.block {
            None => Some(inline(partial.strip)),
            Some(_) => control_partial_block(partial),
        },
    }
}

fn inline(strip: Strip) -> Around {
    Around { open: strip.open, close: strip.close, inline_standalone: true, ..Around::default() }
}

fn control_partial_block(partial: &mut Partial) -> Option<Around> {
    let program = partial.block.as_mut()?;
    control_program(program, false);
    let around = Around {
        open: partial.strip.open,
        close: partial.close.close,
        open_standalone: is_space_after(&program.body, None, false),
        close_standalone: is_space_before(&program.body, program.body.len(), false),
        inline_standalone: false,
    };
    if partial.strip.close {
        omit_right(&mut program.body, None, true);
    }
    if partial.close.open {
        omit_left(&mut program.body, None, true);
    }
    Some(around)
}

fn control_block(block: &mut Block) -> Around {
    for arm in [&mut block.program, &mut block.inverse].into_iter().flatten() {
        control_program(arm, false);
    }
    let two_arms = block.program.is_some() && block.inverse.is_some();
    let (program, mut inverse) = match (&mut block.program, &mut block.inverse) {
        (Some(program), inverse) => (program, inverse.as_mut()),
        (None, Some(inverse)) => (inverse, None),
        (None, None) => return Around::default(),
    };
    let close_standalone = {
        let first = inverse.as_mut().and_then(|inverse| first_of_chain(inverse));
        let body = first.map_or(&program.body, |first| &first.body);
        is_space_before(body, body.len(), false)
    };
    let around = Around {
        open: block.open.open,
        close: block.close.close,
        open_standalone: is_space_after(&program.body, None, false),
        close_standalone,
        inline_standalone: false,
    };
    if block.open.close {
        omit_right(&mut program.body, None, true);
    }
    let Some(inverse) = inverse.filter(|_| two_arms) else {
        if block.close.open {
            omit_left(&mut program.body, None, true);
        }
        return around;
    };
    if block.inverse_strip.open {
        omit_left(&mut program.body, None, true);
    }
    if block.inverse_strip.close
        && let Some(first) = first_of_chain(inverse)
    {
        omit_right(&mut first.body, None, true);
    }
    // Handlebars means the chain's last arm here, and finds its first.
    if block.close.open
        && let Some(first) = first_of_chain(inverse)
    {
        omit_left(&mut first.body, None, true);
    }
    if let Some(first) = first_of_chain(inverse)
        && is_space_before(&program.body, program.body.len(), false)
        && is_space_after(&first.body, None, false)
    {
        omit_left(&mut program.body, None, false);
        omit_right(&mut first.body, None, false);
    }
    around
}

/// The arm that follows the first: of `{{else if}}`, what is behind its condition.
fn first_of_chain(inverse: &mut Program) -> Option<&mut Program> {
    if !inverse.chained {
        return Some(inverse);
    }
    match inverse.body.first_mut() {
        Some(Statement::Block(block)) => block.program.as_mut(),
        _ => None,
    }
}

fn first_arm(statement: &mut Statement) -> Option<&mut Program> {
    match statement {
        Statement::Block(block) => block.program.as_mut().or(block.inverse.as_mut()),
        Statement::Partial(partial) => partial.block.as_mut(),
        _ => None,
    }
}

fn last_arm(statement: &mut Statement) -> Option<&mut Program> {
    match statement {
        Statement::Block(block) => block.inverse.as_mut().or(block.program.as_mut()),
        Statement::Partial(partial) => partial.block.as_mut(),
        _ => None,
    }
}

fn content(body: &[Statement], at: usize) -> Option<&Content> {
    match body.get(at) {
        Some(Statement::Content(content)) => Some(content),
        _ => None,
    }
}

/// Whether the line before a place holds nothing: it ends in a line break and blanks, or begins the template.
fn is_space_before(body: &[Statement], at: usize, is_root: bool) -> bool {
    let Some(previous) = at.checked_sub(1) else { return is_root };
    let Some(content) = content(body, previous) else { return false };
    let blank_tail = content.original.trim_end_matches(|c| is_space(c) && c != '\n');
    // What is left ends in a line break, or is nothing at all at the template's beginning.
    blank_tail.ends_with('\n') || (previous == 0 && is_root && content.original.trim_matches(is_space).is_empty())
}

/// Whether the line after a place holds nothing: blanks and a line break, or the template's end. No place: the body's
/// beginning.
fn is_space_after(body: &[Statement], at: Option<usize>, is_root: bool) -> bool {
    let next = at.map_or(0, |at| at + 1);
    if next >= body.len() {
        return is_root;
    }
    let Some(content) = content(body, next) else { return false };
    let blank = content.original.trim_start_matches(|c| is_space(c) && c != '\n');
    blank.starts_with('\n') || (next + 1 == body.len() && is_root && blank.is_empty())
}

/// Drops the blanks and the line break after a place, or with `all` every white space there.
fn omit_right(body: &mut [Statement], at: Option<usize>, all: bool) {
    let Some(Statement::Content(content)) = body.get_mut(at.map_or(0, |at| at + 1)) else { return };
    if !all && content.right_stripped {
        return;
    }
    let text = content.value.as_str();
    let kept = if all {
        text.trim_start_matches(is_space)
    } else {
        let blank = text.trim_start_matches([' ', '\t']);
        blank.strip_prefix("\r\n").or_else(|| blank.strip_prefix(['\r', '\n'])).unwrap_or(blank)
    };
    let dropped = text.len() - kept.len();
    content.right_stripped = dropped > 0;
    content.value = content.value.slice(dropped, usize::MAX);
}

/// Drops the blanks before a place, or with `all` every white space there. Says whether there were any.
fn omit_left(body: &mut [Statement], at: Option<usize>, all: bool) -> bool {
    let Some(previous) = at.unwrap_or(body.len()).checked_sub(1) else { return false };
    let Some(Statement::Content(content)) = body.get_mut(previous) else { return false };
    if !all && content.left_stripped {
        return false;
    }
    let text = content.value.as_str();
    let kept = if all { text.trim_end_matches(is_space) } else { text.trim_end_matches([' ', '\t']) };
    let kept = kept.len();
    content.left_stripped = kept < text.len();
    content.value = content.value.slice(0, kept);
    content.left_stripped
}

fn indent_before(body: &[Statement], at: usize) -> Text {
    let Some(content) = at.checked_sub(1).and_then(|previous| content(body, previous)) else { return Text::EMPTY };
    let kept = content.original.trim_end_matches([' ', '\t']).len();
    content.original.slice(kept, usize::MAX)
}
