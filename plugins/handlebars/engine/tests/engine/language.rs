//! What templates print: Handlebars 4.7 with Mockoon's helpers, as the JavaScript implementations print it.

use crate::support::render;

/// Every template with what it prints.
fn check(cases: &[(&str, &str)]) {
    for (template, printed) in cases {
        assert_eq!(render(template).as_deref(), Ok(*printed), "{template}");
    }
}

#[test]
fn values() {
    check(&[
        ("{{'str'}}{{1}}{{true}}|{{concat 1 true null undefined 'x'}}", "|1truenullundefinedx"),
        ("{{array 1 'a' (array 2 3)}}|{{object a=1}}", "1,a,2,3|[object Object]"),
        (
            "{{add 0.1 0.2}}|{{multiply 123456789 1000000000000}}|{{divide 1 3}}|{{add 1e3 0}}|{{ceil -0.5}}",
            "0.30000000000000004|123456789000000000000|0.3333333333333333|NaN|0",
        ),
        ("{{{stringify (object c=1 a=2 b=3)}}}", "{\n  \"b\": 3,\n  \"a\": 2,\n  \"c\": 1\n}"),
        // Of two with one name the first counts, in the last one's place, for helpers too.
        ("{{{stringify (object a=1 b=2 a=3)}}}", "{\n  \"a\": 1,\n  \"b\": 2\n}"),
        (
            "{{len (objectMerge (object a=undefined a=1 b=2 b=undefined))}}{{{stringify (object a=undefined a=1 b=2 b=undefined)}}}",
            "0{\n  \"b\": 2\n}",
        ),
        ("{{dateTimeShift date='2024-01-01' days=1 days=5 format='yyyy-MM-dd'}}", "2024-01-02"),
        ("{{#*inline 'p'}}{{n}}{{/inline}}{{> p n=1 n=2}}", "1"),
        (r#"{{#each (jsonParse '{"b":1,"2":2,"1":3}')}}{{@key}}={{this}};{{/each}}"#, "1=3;2=2;b=1;"),
        ("{{len 'é😀'}}{{len (array 1 2)}}{{len 5}}", "320"),
        (r#"{{#with (jsonParse '{"a":[{"b":5}]}')}}{{a.0.b}}{{a.[0].b}}{{a.length}}{{/with}}"#, "551"),
        ("{{constructor}}{{this.constructor}}{{lookup (array 1) 'constructor'}}", ""),
    ]);
}

#[test]
fn escaping() {
    check(&[
        (r#"{{concat '<' "'" '&' '=' '`' '"' '>'}}"#, "&lt;&#x27;&amp;&#x3D;&#x60;&quot;&gt;"),
        ("{{{concat '<' '>'}}}{{&concat '<' '>'}}", "<><>"),
        ("{{body 's'}}|{{bodyRaw 's'}}|{{{bodyRaw 's'}}}", "<s>|&lt;s&gt;|<s>"),
        (r#"\{{a}} {{'x'}}|\\{{concat 'v'}}|\{{a}}\{{b}}"#, r#"{{a}} |\v|{{a}}{{b}}"#),
        ("{{{{raw}}}}{{x}} {{{{in}}}}{{{{/in}}}}{{{{/raw}}}}", "{{x}} {{{{in}}}}{{{{/in}}}}"),
    ]);
}

#[test]
fn paths() {
    check(&[
        ("{{#with (object a=(object b='v'))}}{{a.b}}{{a/b}}{{this.a.b}}{{./a.b}}{{[a].[b]}}{{/with}}", "vvvvv"),
        (
            "{{#each (array 'a')}}{{#each (array 'x' 'y')}}{{@../index}}{{@index}}{{../this}}{{this}} {{/each}}{{/each}}",
            "00ax 01ay ",
        ),
        ("{{#with (object a=1)}}{{#if true}}{{a}}{{../a}}{{/if}}{{/with}}", "1"),
        ("{{#with (object a=1)}}{{#with (object b=2)}}{{../a}}{{b}}{{@root.z}}{{/with}}{{/with}}", "12"),
        ("{{a.b.c}}|{{../a}}|{{@nope}}|{{@nope.x}}", "|||"),
        (
            "{{#each (array 'a' 'b') as |v i|}}{{i}}{{v}}{{/each}}|{{#with 5 as |n|}}{{#if n}}{{n}}{{/if}}{{/with}}",
            "0a1b|5",
        ),
        ("{{#each (array (object n=1)) as |o|}}{{#each (array 2) as |p|}}{{o.n}}{{p}}{{/each}}{{/each}}", "12"),
    ]);
}

#[test]
fn arrays_are_sorted_in_the_steps_of_v8() {
    check(&[
        ("{{sort (array 3 1 2)}}|{{sort (array 3 1 2) 'DESC'}}|{{sort (array 10 9 '8')}}", "1,2,3|3,2,1|8,9,10"),
        ("{{sort (array 3 'x' 1)}}|{{sort (array 3 undefined 1)}}|{{sort (array null 1)}}", "3,x,1|1,3,|,1"),
        ("{{sort (array 'b' 'a' 'C' 'é' 'e' '10' '2' '_' '-')}}", "_,-,10,2,a,b,C,e,é"),
        ("{{#each (sortBy (array (object n='b') (object n='a')) 'n' 'desc')}}{{n}}{{/each}}", "ba"),
        ("{{#each (sortBy (array (object n=1) (object m=-1)) 'n')}}{{n}};{{/each}}", "1;;"),
    ]);
    // Beyond what V8 sorts in one run.
    let numbers: Vec<String> = (0..200).map(|n| (n * 37 % 200).to_string()).collect();
    let sorted: Vec<String> = (0..200).map(|n| n.to_string()).collect();
    assert_eq!(render(&format!("{{{{sort (array {})}}}}", numbers.join(" "))), Ok(sorted.join(",")));
}

#[test]
fn half_a_character_is_shown_as_such() {
    check(&[("{{substr 'h😀x' 2}}|{{substr 'h😀x' 1 2}}|{{padStart 'a' 4 '😀'}}", "\u{fffd}x|😀|😀\u{fffd}a")]);
}

#[test]
fn values_are_looked_into_by_three_languages() {
    check(&[
        ("{{objectPath (bodyRaw) 'a.1.n'}}|{{objectPath (bodyRaw) 'zz' 'd'}}|{{objectPath 'x' 'y'}}", "2|d|x"),
        (
            "{{jsonPath (bodyRaw) '$.a[*].n'}}|{{jsonPath (bodyRaw) '$.zz' 'd'}}|{{body '$.a[?(@.n==2)].n'}}",
            "1,2|d|[2]",
        ),
    ]);
}

#[test]
fn blocks() {
    check(&[
        ("{{#if ''}}a{{else if 0}}b{{else}}c{{/if}}", "c"),
        (
            "{{#if 0}}a{{/if}}{{#if 0 includeZero=true}}b{{/if}}{{#if (array)}}c{{else}}d{{/if}}{{#if (object)}}e{{/if}}",
            "bde",
        ),
        ("{{#unless (eq 1 1)}}u{{else}}v{{/unless}}", "v"),
        ("{{#each (array)}}x{{else}}none{{/each}}", "none"),
        ("{{#each (array 'a' 'b' 'c')}}{{@first}}{{@last}} {{/each}}", "truefalse falsefalse falsetrue "),
        ("{{#with (array)}}J{{else}}j{{/with}}{{#with 0}}z{{/with}}", "jz"),
        ("{{^nope}}inv{{/nope}}|{{#nope}}body{{/nope}}|{{#a.b}}x{{else}}y{{/a.b}}", "|body|y"),
        (
            "{{#with (object t=true f=false l=(array 1 2) o=(object n=1) e=(array))}}{{#t}}T{{/t}}{{#f}}x{{else}}F{{/f}}{{#l}}{{this}}{{/l}}{{#o}}{{n}}{{/o}}{{^e}}E{{/e}}{{/with}}",
            "TF121E",
        ),
        ("{{lookup (array 'p' 'q') 1}}{{lookup (object k='v') 'k'}}{{lookup null 'k'}}", "qv"),
        ("{{log 'x'}}ok", "ok"),
        (
            "{{#switch 'b'}}{{#case 'a'}}A{{/case}}{{#case 'b'}}B{{/case}}{{#default}}D{{/default}}{{/switch}}{{#switch '1'}}{{#case 1}}num{{/case}}{{#default}}D{{/default}}{{/switch}}",
            "BD",
        ),
        ("{{nope 1 2}}|{{concat (nope 1) 'y'}}|{{#nope 1}}x{{/nope}}", "|y|"),
    ]);
}

#[test]
fn repeat() {
    check(&[
        (
            r#"[{{#repeat 3}}{"i":{{@index}},"t":{{@total}} },{{/repeat}}]"#,
            "[{\"i\":0,\"t\":3 },\n{\"i\":1,\"t\":3 },\n{\"i\":2,\"t\":3 }\n]",
        ),
        ("{{#repeat 2 comma=false}}x{{/repeat}}|{{#repeat 0}}z{{/repeat}}|{{#repeat '2'}}s{{/repeat}}", "xx||s,\ns\n"),
        ("{{#repeat 2 comma=false}}{{#each (array 1)}}{{@../index}}{{/each}}{{/repeat}}", "01"),
    ]);
}

#[test]
fn variables() {
    check(&[
        ("{{setVar 'a' 1}}{{@a}}|{{getVar 'a'}}", "1|1"),
        ("{{#each (array 1 2)}}{{@x}}{{setVar 'x' this}}{{/each}}|{{@x}}", "1|"),
        ("{{#if true}}{{setVar 'd' 'in'}}{{/if}}{{@d}}{{#with 1}}{{setVar 'e' 'out'}}{{/with}}{{@e}}", "inout"),
        ("{{#repeat 2 comma=false}}{{@key}}{{setVar 'key' 5}}{{/repeat}}", "5"),
        ("{{setVar 'o' (object k=1)}}{{@o.k}}{{setVar 'my-var' 2}}{{@my-var}}", "12"),
    ]);
}

#[test]
fn whitespace() {
    check(&[
        ("a  {{~ 'x' ~}}  b", "ab"),
        ("a {{~concat 'x'~}} b", "axb"),
        ("{{#if true}}\n  in\n{{/if}}\nend", "  in\nend"),
        (
            "{{#if true}}\n  {{#each (array 1 2)}}\n    - {{this}}\n  {{/each}}\n{{else}}\n  no\n{{/if}}\nend\n{{! c }}\nlast",
            "    - 1\n    - 2\nend\nlast",
        ),
        ("{{#if true~}}\n  a\n{{~else~}}\n b {{/if}}|", "a|"),
        ("x {{!-- }} --}} y{{! c }}", "x  y"),
        ("{{#*inline 'p'}}\na\n\nb\n{{/inline}}\n  {{> p}}\n|", "  a\n  \n  b\n|"),
    ]);
}

#[test]
fn partials() {
    check(&[
        ("{{#*inline 'p'}}in{{z}}{{/inline}}{{> p z=1}}", "in1"),
        ("{{#with 'ab'}}{{#> none z=1}}{{z}}{{lookup this 1}}{{/none}}{{/with}}", "1b"),
        ("{{#each (array 1 2)}}{{#> none}}{{@../../index}}{{/none}}{{/each}}", "01"),
        (
            "{{#*inline 'p'}}{{> @partial-block}}{{/inline}}{{#each (array 1)}}{{#> p}}{{@../../index}}{{/p}}{{/each}}",
            "0",
        ),
        ("{{> p}}{{#*inline 'p'}}late{{/inline}}", "late"),
        ("{{#*inline 'p'}}<{{> @partial-block}}>{{/inline}}{{#> p}}blk{{/p}}{{#> q}}fallback{{/q}}", "<blk>fallback"),
        ("{{#*inline 'p'}}{{n}}{{/inline}}{{> (concat 'p') (object n=3)}}", "3"),
        ("{{#with (object a=1)}}{{#*inline 'p'}}{{a}}{{b}}{{/inline}}{{> p b=2}}{{/with}}", "12"),
    ]);
}

#[test]
fn text() {
    check(&[
        ("{{lowercase 'ABC'}}{{uppercase (body 's')}}", "abc&lt;S&gt;"),
        (
            r#"{{replace 'aXbX' 'X' '-'}}|{{replaceAll 'aXbX' 'X' '[$&$$]'}}|{{replaceAll 'a.b' '.' "$'$`"}}"#,
            "a-bX|a[X$]b[X$]|abab",
        ),
        ("{{split 'a,b' ','}}|{{split 'a b'}}|{{join (split 'a b') '+'}}|{{join (array 1 2)}}", "a,b|a,b|a+b|1, 2"),
        ("{{includes 'hello' 'ell'}}{{indexOf 'hello' 'l'}}{{indexOf 'hello' 'l' 3}}{{indexOf 'x' 'y'}}", "true23-1"),
        ("{{substr 'hello' 1 3}}|{{substr 'hello' -3}}|{{substr 'hello' 9}}", "ell|llo|"),
        ("{{padStart '7' 3 '0'}}|{{padEnd 7 3}}|{{padStart 'a' 6 'xy'}}", "007|7  |xyxyxa"),
        ("a{{newline}}b", "a\nb"),
        ("{{concat (array 1) (array 2) 3}}|{{concat 'a' (object b=1)}}", "1,2,3|a[object Object]"),
    ]);
}

#[test]
fn math() {
    check(&[
        (
            "{{add 1 2 '3'}}|{{add 1 'x'}}|{{add}}|{{subtract 5 2}}|{{multiply 2 3 4}}|{{divide 10 4}}|{{divide 1 0}}|{{modulo 7 3}}|{{modulo 7 0}}",
            "6|1||3|24|2.5|1|1|",
        ),
        (
            "{{ceil 1.2}}|{{floor '1.8'}}|{{round 1.5}}|{{round -1.5}}|{{toFixed 1.005 2}}|{{toFixed 'x'}}|{{toFixed 2.5 0}}",
            "2|1|2|-1|1.00|0|3",
        ),
        ("{{parseInt '12px'}}|{{parseInt 'x'}}|{{add '0x10' 1}}|{{add true 1}}|{{add null 1}}", "12||17|2|1"),
        (
            "{{eq 1 1}}|{{eq 1 '1'}}|{{gt 2 '1'}}|{{lt 'a' 1}}|{{gte 1 1}}|{{lte 2 1}}|{{eq 1}}",
            "true|false|true|false|true|false|false",
        ),
    ]);
}

#[test]
fn arrays() {
    check(&[
        (
            "{{slice (array 1 2 3 4) 1 3}}|{{slice (array 1 2 3) -2}}|{{reverse (array 1 2)}}|{{sort (array 3 1 2) 'desc'}}|{{sort (array 'b' 'a' 'B')}}",
            "2,3|2,3|2,1|3,2,1|a,b,B",
        ),
        (
            "{{{stringify (sortBy (array (object k=2) (object k=1)) 'k')}}}",
            "[\n  {\n    \"k\": 1\n  },\n  {\n    \"k\": 2\n  }\n]",
        ),
        (
            "{{filter (array 1 2 1) 1}}|{{{stringify (find (array (object a=1) (object a=2)) (object a=2))}}}",
            "1,1|{\n  \"a\": 2\n}",
        ),
        ("{{{stringify (objectMerge (object a=1) (object b=2) 5)}}}", "{\n  \"a\": 1,\n  \"b\": 2\n}"),
        ("{{filter (array (object a=1 b=1) (object a=1 b=2)) (array (object a=1) (object b=2))}}", "[object Object]"),
    ]);
}

#[test]
fn codec() {
    check(&[
        (
            "{{base64 'é<'}}|{{base64Decode 'w6k8'}}|{{base64url 'a?>~'}}|{{base64urlDecode 'YT8-fg'}}|{{#base64}}blk{{/base64}}",
            "w6k8|é<|YT8-fg|a?>~|Ymxr",
        ),
        (
            r#"{{jsonParse '{"a":1}'}}|{{jsonParse 'x'}}|{{objectPath (jsonParse '{"a":{"b":1}}') 'a.b'}}|{{objectPath (object) 'zz' 'd'}}"#,
            "[object Object]||1|d",
        ),
    ]);
}
