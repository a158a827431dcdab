//! What is said of templates that do not parse, or do not finish.

use crate::support::render;
use handlebars_engine::Template;

#[test]
fn a_syntax_error_says_what_where_and_what_to_do() {
    for (source, message, place, help) in [
        ("a {{#if x}} b", "`{{#if` is never closed", "{{#if", "add `{{/if}}` before the end of the template"),
        ("{{#if x}}{{/each}}", "`{{/each}}` does not close `{{#if`", "{{/each", "write `{{/if}}`"),
        ("{{/if}}", "`{{/if}}` closes a block that is not open", "{{/if", "remove it, or open the block before it"),
        ("{{else}}", "`{{else}}` stands outside of a block", "{{else}}", "remove it, or open a block before it"),
        ("{{#if a}}{{else}}{{else}}{{/if}}", "this block has an `{{else}}` already", "{{else}}", "remove one of them"),
        ("{{foo", "`{{foo` has no closing `}}`", "{{foo", "add `}}`"),
        ("{{foo\n {{bar}}", "`{{foo` has no closing `}}`", "{{foo", "add `}}`"),
        ("{{}}", "this tag has no name", "{{}}", "write a helper or a value between the braces"),
        (
            "{{a}}}",
            "a tag that opens with `{{` closes with `}}}`",
            "}}}",
            "put a space before a `}` that is text, or open the tag with `{{{`",
        ),
        ("{{{a}}", "a tag that opens with `{{{` closes with `}}`", "}}", "add one `}`, or open it with `{{`"),
        ("{{a 'b}}", "this string has no closing `'`", "'", "add `'`"),
        ("{{a [b}}", "this `[` has no closing `]`", "[", "add `]`"),
        ("{{a (b c}}", "`(b c` is never closed", "(b c", "add `)`"),
        ("{{a, b}}", "unexpected `,` in a tag", ",", "arguments are separated by spaces alone"),
        ("{{a b=1 c}}", "an argument without a name follows one with a name", "c", "put `name=value` arguments last"),
        (
            "{{a/../b}}",
            "invalid path: `a/..`",
            "a/..",
            "`..`, `.` and `this` come first; write `[this]` for a member of that name",
        ),
        ("{{! a", "this comment is never closed", "{{!", "end it with `}}`"),
        ("{{{{raw}}}} x", "this raw block is never closed", "{{{{", "end it with its name: `{{{{/name}}}}`"),
        ("{{*x}}", "missing decorator: `x`", "x", "the only decorator is `{{#*inline \"name\"}}`"),
        ("{{#each a as |}}{{/each}}", "`as |` wants names and a closing `|`", "as |", "write `as |value key|`"),
        (
            "{{> a b c}}",
            "unsupported number of partial arguments: 2",
            "a b c",
            "a partial takes one context, and `name=value` arguments",
        ),
    ] {
        let error = Template::compile(source).expect_err(source);
        assert_eq!(error.message, message, "{source}");
        assert_eq!(source.get(error.span.clone()), Some(place), "{source}");
        assert_eq!(error.help.as_deref(), Some(help), "{source}");
    }
}

#[test]
fn a_client_is_told_what_handlebars_throws() {
    for (source, thrown) in [
        ("{{#if x}}\n é {{#if x}}{{/each}}", "if doesn't match each - 2:6"),
        ("a {{b/../c}}", "Invalid path: b/.. - 1:4"),
        ("a {{> a b c}}", "Unsupported number of partial arguments: 2 - 1:2"),
        ("{{*x}}", "Missing decorator: \"x\""),
        ("{{#*x}}{{/x}}", "Missing decorator: \"x\""),
        ("{{a}}}", "Parse error on line 1:\n{{a}}}\n---^\na tag that opens with `{{` closes with `}}}`"),
        (
            "[\n 0123456789 0123456789 {{}} 0123456789 0123456789",
            "Parse error on line 2:\n...23456789 0123456789 {{}} 0123456789 0123\n-----------------------^\nthis tag has no name",
        ),
    ] {
        assert_eq!(Template::compile(source).unwrap_err().thrown(source), thrown, "{source}");
    }
}

#[test]
fn a_position_counts_lines_and_characters() {
    let source = "é\n é {{#if x}}";
    assert_eq!(Template::compile(source).unwrap_err().position(source), (2, 4));
}

#[test]
fn a_render_that_fails_says_what_javascript_says() {
    for (template, message) in [
        ("{{#each}}{{/each}}", "Must pass iterator to #each"),
        ("{{#if}}{{/if}}", "#if requires exactly one argument"),
        ("{{#with 1 2}}{{/with}}", "#with requires exactly one argument"),
        ("{{> x}}", "The partial x could not be found"),
        ("{{#repeat}}{{/repeat}}", "The repeat helper requires a numeric param"),
        ("{{lowercase 1}}", "text.toLowerCase is not a function"),
        ("{{substr undefined}}", "Cannot read properties of undefined (reading 'toString')"),
        ("{{toFixed 1 101}}", "toFixed() digits argument must be between 0 and 100"),
        ("{{helperMissing}}", "Cannot read properties of undefined (reading 'call')"),
        ("{{if true}}", "options.fn is not a function"),
        ("{{unless true}}", "options.fn is not a function"),
        ("{{with 1}}", "fn is not a function"),
        ("{{#each (array) 2}}{{/each}}", "inverse is not a function"),
        ("{{lookup (array 1)}}", "Cannot read properties of undefined (reading 'lookupProperty')"),
        ("{{repeat 2}}", "options.fn is not a function"),
        ("{{#switch}}{{/switch}}", "Cannot read properties of undefined (reading 'data')"),
        ("{{#default 1}}{{/default}}", "Cannot read properties of undefined (reading 'found')"),
        ("{{base64}}", "hbsOptions.fn is not a function"),
        ("{{header 1}}", "name must be a string to req.get"),
        ("{{sort (array 'a' 1)}}", "a.localeCompare is not a function"),
        ("{{sort (array 1 2) null}}", "Cannot read properties of null (reading 'toLowerCase')"),
        ("{{sortBy (array (object n='b') 1) 'n'}}", "Cannot read properties of undefined (reading 'localeCompare')"),
        ("{{filter (array null) (object a=1)}}", "Cannot read properties of null (reading 'a')"),
        ("{{someOf null 1 1}}", "Cannot read properties of null (reading 'sort')"),
        ("{{data 5}}", "dataBucketName.toLowerCase is not a function"),
    ] {
        assert_eq!(render(template).unwrap_err().message(), message, "{template}");
    }
}

#[test]
fn what_would_not_end_is_refused() {
    let deep = |open: &str, close: &str, depth: usize| format!("{}{}", open.repeat(depth), close.repeat(depth));
    for template in [
        "{{#repeat 1000000000}}{{/repeat}}".to_owned(),
        "{{#repeat 100000}}{{#repeat 100000}}{{/repeat}}{{/repeat}}".into(),
        "{{#repeat 100000}}{{padStart 'x' 100000 'x'}}{{/repeat}}".into(),
        "{{padStart '' 1000000000}}".into(),
        "{{#repeat 99}}{{setVar 'a' (concat @a @a 'xxxxxxxx')}}{{/repeat}}".into(),
        "{{#repeat 99}}{{setVar 'a' (array @a)}}{{/repeat}}".into(),
        "{{#*inline 'p'}}{{> p}}{{/inline}}{{> p}}".into(),
        "{{#*inline 'p'}}{{#if (lt d 18)}}{{> p d=(add d 1)}}{{> p d=(add d 1)}}{{> p d=(add d 1)}}{{/if}}{{/inline}}{{> p d=0}}"
            .into(),
        deep("{{#if true}}", "{{/if}}", 50),
    ] {
        assert!(render(&template).is_err(), "{template}");
    }
}

#[test]
fn templates_nest_so_deep_and_no_deeper() {
    let nested = |depth: usize| format!("{}x{}", "{{#if true}}".repeat(depth), "{{/if}}".repeat(depth));
    assert_eq!(render(&nested(40)).as_deref(), Ok("x"));
    assert!(Template::compile(&nested(65)).unwrap_err().message.starts_with("more than 64 blocks"));
    let calls = |depth: usize| format!("{{{{concat {}'x'{}}}}}", "(concat ".repeat(depth), ")".repeat(depth));
    assert_eq!(render(&calls(60)).as_deref(), Ok("x"));
    assert!(Template::compile(&calls(10_000)).is_err());
    let chain = format!("{{{{#if a}}}}{}{{{{/if}}}}", "{{else if a}}".repeat(10_000));
    assert!(Template::compile(&chain).is_err());
}
