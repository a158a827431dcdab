use super::XPath;

const LIBRARY: &str = r#"<?xml version="1.0"?><!-- shelf --><library xmlns:ns="https://example.com/ns" xml:lang="en-GB">
<book id="a" price="3"><title>One</title><ns:note>first</ns:note></book><book id="b" price="4.5"><title>Two <b>bold</b></title></book><book id="c"><title><![CDATA[Three & more]]></title><?pi data?></book>
</library>"#;

fn find(path: &str) -> String {
    let document = roxmltree::Document::parse(LIBRARY).unwrap();
    XPath::parse(path).unwrap_or_else(|| panic!("`{path}` does not parse")).evaluate(&document)
}

#[test]
fn paths_find_the_first_nodes_text() {
    for (path, text) in [
        ("/library/book/title", "One"),
        ("//title", "One"),
        ("//book[2]/title", "Two bold"),
        ("//book[last()]/title", "Three & more"),
        ("//book[position() = 2]/@id", "b"),
        ("//book[@id='b']/title/b", "bold"),
        ("//book[title = 'One']/@price", "3"),
        ("//book[@price > 3][1]/@id", "b"),
        ("//book[not(@price)]/@id", "c"),
        ("//book[@price and contains(title, 'Two')]/@id", "b"),
        ("//*[local-name() = 'note']", "first"),
        ("//*[name() = 'ns:note']/..//title", "One"),
        ("//note", ""),
        ("//nothing", ""),
        ("//title/text()", "One"),
        ("//b/ancestor::book/@id", "b"),
        ("//book[3]/preceding-sibling::book[1]/@id", "b"),
        ("//book[1]/following-sibling::*[last()]/@id", "c"),
        ("//b/preceding::title", "One"),
        ("//book[1]/following::b", "bold"),
        ("//b/ancestor-or-self::*[2]", "Two bold"),
        ("//@id/..", "Onefirst"),
        ("//book[@id='c']/processing-instruction('pi')", "data"),
        ("/comment()", " shelf "),
        ("/descendant::title[2]", "Two bold"),
        ("//title | //@id", "a"),
        ("(//title)[3]", "Three & more"),
        ("//book/child::title[string-length(.) > 3]", "Two bold"),
        ("/library/*[self::book][2]/attribute::id", "b"),
        ("//title[lang('en')]", "One"),
    ] {
        assert_eq!(find(path), text, "{path}");
    }
    assert!(find("/").contains("Two bold"));
}

#[test]
fn expressions_compute() {
    for (path, text) in [
        ("count(//book)", "3"),
        ("sum(//@price)", "7.5"),
        ("count(//book) * 2 - 1", "5"),
        ("7 div 2", "3.5"),
        ("7 mod -2", "1"),
        ("-(1 + 1)", "-2"),
        ("1 div 0", "Infinity"),
        ("number('x')", "NaN"),
        ("0 * -1", "0"),
        ("//@price = 3", "true"),
        ("//@price != 3", "true"),
        ("'a' = 'b' or 2 >= 2", "true"),
        ("1 < 2 and true()", "true"),
        ("concat('a', 1, \"'\")", "a1'"),
        ("starts-with('abc', 'ab')", "true"),
        ("substring('12345', 2, 3)", "234"),
        ("substring('12345', 1.5, 2.6)", "234"),
        ("substring('12345', 0, 3)", "12"),
        ("substring-before('1999/04', '/')", "1999"),
        ("substring-after('1999/04', '/')", "04"),
        ("normalize-space('  a \n b ')", "a b"),
        ("translate('bar', 'abc', 'AB')", "BAr"),
        ("string-length('h\u{e9}')", "2"),
        ("round(2.5) + floor(-1.5) + ceiling(0.2)", "2"),
        ("boolean(//nothing)", "false"),
        ("namespace-uri(//*[local-name()='note'])", "https://example.com/ns"),
        (".5 + 1.", "1.5"),
        ("string(//book[2]/@price)", "4.5"),
        ("* div div", "NaN"),
    ] {
        assert_eq!(find(path), text, "{path}");
    }
}

#[test]
fn what_is_no_xpath_or_needs_more_than_there_is_does_not_parse() {
    for path in [
        "",
        "//",
        "/a[",
        "/a]",
        "/a[]",
        "//ns:note",
        "$x",
        "f()",
        "count()",
        "/a/b()",
        "'open",
        "a b",
        "/a::b",
        "1 +",
        "#",
        "/count(//a)",
    ] {
        assert!(XPath::parse(path).is_none(), "{path}");
    }
    let deep = |depth: usize| format!("{}1{}", "(".repeat(depth), ")".repeat(depth));
    assert!(XPath::parse(&deep(10)).is_some() && XPath::parse(&deep(10_000)).is_none());
    assert!(XPath::parse(&"1+".repeat(10_000)).is_none());
}
