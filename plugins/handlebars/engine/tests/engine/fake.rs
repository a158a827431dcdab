//! Random data with a seed: what Mockoon 9.9 prints with `--faker-seed 1`, template after template.

use handlebars_engine::{Rendering, Template};
use handlebars_faker::Mersenne;

use crate::support::{Fixture, render_with};

#[test]
fn the_same_seed_gives_what_it_gives_in_mockoon() {
    let mut fixture = Fixture { shared: Some(Mersenne::from_seed(1.0)), ..Fixture::default() };
    let mut rendering = Rendering::new(&mut fixture);
    for (source, printed) in [
        (
            "{{boolean}}|{{int}}|{{int 1 10}}|{{float 1 2}}|{{uuid}}|{{objectId}}",
            "true|6488106240503889|1|1.3023325726318398|2125686a-3e0a-4682-a3cf-5bee102e16f8|6fc0afa6b29d6620e45a1c3c",
        ),
        (
            "{{firstName}} {{lastName}}|{{title 'male'}}|{{email}}|{{zipcode}}|{{hexColor}}|{{ipv4}}|{{lorem 3}}",
            "Maximus Jerde|Mr.|Amaya_Olson@hotmail.com|11831-9377|#dda75d|109.151.98.92|Vobis somnus quasi.",
        ),
        (
            "{{date '2020-01-01' '2021-01-01'}}|{{date '2020-01-01' '2021-01-01' 'yyyy-MM-dd'}}|{{time '10:00' '11:00'}}",
            "Tue Feb 11 2020 23:55:43 GMT+0000 (Coordinated Universal Time)|2020-12-13|10:26",
        ),
        (
            "{{faker 'number.int' max=10 min=5}}|{{faker 'person.firstName' 'female'}}|{{{stringify (faker 'date.between' from='2020-01-01' to='2021-01-01')}}}",
            "8|Janet|\"2020-03-27T18:02:41.980Z\"",
        ),
        (
            "{{dateTimeShift date=(faker 'date.between' from='2020-01-01' to='2021-01-01') days=1 format='yyyy-MM-dd'}}",
            "2020-11-27",
        ),
    ] {
        assert_eq!(rendering.render(&Template::compile(source).unwrap()).as_deref(), Ok(printed), "{source}");
    }
}

#[test]
fn without_a_seed_the_numbers_are_the_calls_own() {
    // The fixture's generator stands still at 0: the first name of each list.
    let mut fixture = Fixture::default();
    let first = render_with(&mut fixture, "{{uuid}}|{{int 3 9}}|{{oneOf (array 'a' 'b')}}").unwrap();
    assert_eq!(first, "00000000-0000-4000-8000-000000000000|3|a");
}

#[test]
fn a_wrong_call_says_what_mockoon_says_and_on_which_line() {
    for (template, message) in [
        ("{{faker}}", "Faker method name is missing (valid: \"location.zipCode\", \"date.past\", etc) line 1"),
        (
            "a\n{{concat\n (faker 'person.nope')}}",
            "person.nope is not a valid Faker method (valid: \"location.zipCode\", \"date.past\", etc) line 3",
        ),
        ("{{int 5 1}}", "Max 1 should be greater than min 5."),
        ("{{date 'x' '2020'}}", "Invalid from date: x"),
        ("{{date '2021' '2020'}}", "`from` date must be before `to` date."),
    ] {
        assert_eq!(render_with(&mut Fixture::default(), template).unwrap_err().message(), message, "{template}");
    }
    for template in ["{{date}}", "{{date '2020'}}", "{{date 1 2}}", "{{faker 'person.prefix' 'x'}}"] {
        assert!(render_with(&mut Fixture::default(), template).is_ok(), "{template}");
    }
}
