//! Functions.

use crate::support::Fixture;

fn render(template: &str) -> String {
    Fixture::default().render(template).unwrap()
}

#[test]
fn time_is_the_hosts() {
    assert_eq!(render("{{ now() }} {{ timestamp() }} {{ $timestamp }}"), "1772600767089 1772600767089 1772600767089");
    assert_eq!(render("{{ now(dd/MM/yyyy HH:mm:ss) }}"), "04/03/2026 05:06:07");
    assert_eq!(render("{{ now(yyyy-MM-dd'T'HH:mm:ss'Z') }}"), "2026-03-04T05:06:07Z");
    assert_eq!(render("{{ now('EEE, dd MMM yyyy', 1d) }} {{ now(EEE, dd MMM) }}"), "Thu, 05 Mar 2026 Wed");
    assert_eq!(render("{{ now(yyyy-MM-dd, -1y) }} {{ now(MM, 2M) }} {{ now(HH:mm, 70m) }}"), "2025-03-04 05 06:16");
    let mut fixture = Fixture { offset: 60, ..Fixture::default() };
    assert_eq!(fixture.render("{{ now(HH:mm X) }}").unwrap(), "06:06 +01");
}

#[test]
fn numbers_stay_within_their_bounds() {
    for seed in 0..200 {
        let mut fixture = Fixture { random: seed * 7_919, ..Fixture::default() };
        let mut number = |template: &str| fixture.render(template).unwrap().parse::<i64>().unwrap();
        assert!((0..50).contains(&number("{{ randomInt(50) }}")));
        assert!((-5..5).contains(&number("{{ randomInt(-5, 5) }}")));
        assert!((0..i64::from(i32::MAX)).contains(&number("{{ randomInt(x) }}")));
        assert!((7..i64::from(i32::MAX)).contains(&number("{{ randomInt(7, x) }}")));
        assert!(i32::try_from(number("{{ $randomInt }}")).is_ok());
        assert_eq!(number("{{ randomInt(3,4) }}"), 3);
        assert_eq!(number("{{ randomInt(randomInt(3,4), 4) }}"), 3);
        assert_eq!(number("{{ randomInt(0) }}{{ randomInt(5,5) }}"), 5);
    }
}

#[test]
fn texts_and_ids() {
    let lengths = |template: &str| render(template).len();
    assert_eq!((lengths("{{ randomString() }}"), lengths("{{ randomString(64) }}")), (32, 64));
    assert_eq!((lengths("{{ randomString(x) }}"), lengths("{{ randomString(-1) }}")), (32, 0));
    assert!(render("{{ randomString(500) }}").bytes().all(|byte| byte.is_ascii_alphanumeric()));
    let ids = render("{{ uuid() }} {{ $guid }} {{ randomUUID() }}");
    for id in ids.split(' ') {
        let bytes = id.as_bytes();
        assert_eq!((id.len(), bytes.get(14), bytes.get(8)), (36, Some(&b'4'), Some(&b'-')), "{id}");
        assert!(matches!(bytes.get(19), Some(b'8' | b'9' | b'a' | b'b')), "{id}");
    }
    assert!(["true", "false"].contains(&render("{{ randomBoolean() }}").as_str()));
}

#[test]
fn one_of_several_values() {
    assert!(["a", "b, c"].contains(&render("{{ randomValue('a', \"b, c\") }}").as_str()));
    assert_eq!(render("[{{ randomValue() }}{{ randomValue(,) }}]"), "[]");
    assert_eq!(render("{{ randomValue('o''clock') }}{{ randomValue(request.path[1]) }}"), "o'clockhello");
}

#[test]
fn the_same_draws_give_the_same_persons_and_places() {
    let template = "{{ randomFirstName() }}|{{ randomLastName() }}|{{ randomFullName() }}|{{ randomNamePrefix() }}|\
        {{ randomNameSuffix() }}|{{ randomCity() }}|{{ randomCountry() }}|{{ randomStreetName() }}|{{ $randomStreetAddress }}";
    assert_eq!(render(template), render(template));
    assert!(render(template).split('|').all(|part| !part.is_empty()));
    let code = render("{{ randomCountryCode() }}");
    assert!(code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase()));
    let email = render("{{ randomEmail() }}");
    assert!(email.contains("@example.") && email.is_ascii(), "{email}");
    assert!(render("{{ randomPhoneNumber() }}").contains("555-01"));
    for seed in 0..200 {
        let mut fixture = Fixture { random: seed * 104_729, ..Fixture::default() };
        let mut degrees = |template: &str| fixture.render(template).unwrap().parse::<f64>().unwrap();
        assert!(degrees("{{ randomLatitude() }}").abs() <= 90.0 && degrees("{{ randomLongitude() }}").abs() <= 180.0);
    }
}
