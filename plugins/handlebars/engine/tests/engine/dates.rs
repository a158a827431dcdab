//! What templates print of dates: date-fns 4.4 and V8, as they print and read them. The fixture's clock stands at
//! 2026-11-22T10:20:30.456Z, a Sunday.

use crate::support::{Fixture, render_with};

fn check_in(zone: &'static str, cases: &[(&str, &str)]) {
    for (template, printed) in cases {
        let mut fixture = Fixture { zone, ..Fixture::default() };
        assert_eq!(render_with(&mut fixture, template).as_deref(), Ok(*printed), "{template}");
    }
}

#[test]
fn now_prints_by_every_kind_of_token() {
    check_in(
        "",
        &[
            ("{{now}}", "2026-11-22T10:20:30.456+00:00"),
            ("{{now 'yyyy-MM-dd HH:mm:ss'}}|{{now 5}}", "2026-11-22 10:20:30|2026-11-22T10:20:30.456+00:00"),
            (
                "{{now 'y yy M MM MMM MMMM MMMMM d dd do D DDD Do'}}",
                "2026 26 11 11 Nov November N 22 22 22nd 326 326 326th",
            ),
            ("{{now 'E EEEE EEEEE EEEEEE e c i io Q QQQ QQQQ'}}", "Sun Sunday S Su 1 1 7 7th 4 Q4 4th quarter"),
            ("{{now 'YYYY ww RRRR II'}}|{{now 'Yo wo Io'}}", "2026 48 2026 47|2026th 48th 47th"),
            (
                "{{now 'h hh H K k a aaa aaaa aaaaa b B S SS SSSS'}}",
                "10 10 10 10 10 AM am a.m. a AM in the morning 4 45 4560",
            ),
            ("{{now 'x xx xxx X z zzzz O t T'}}", "+00 +0000 +00:00 Z GMT+0 GMT+00:00 GMT+0 1795342830 1795342830456"),
            (
                "{{now 'P'}}|{{now 'PPP p'}}|{{now 'PPPPp'}}",
                "11/22/2026|November 22nd, 2026 10:20 AM|Sunday, November 22nd, 2026 at 10:20 AM",
            ),
            ("{{{now \"'a''b' yyyy ''\"}}}", "a'b 2026 '"),
        ],
    );
}

#[test]
fn dates_are_in_the_zone_of_the_host() {
    check_in(
        "CET-1CEST,M3.5.0,M10.5.0/3",
        &[
            ("{{now}}", "2026-11-22T11:20:30.456+01:00"),
            ("{{dateFormat '2026-07-01T12:00:00Z' 'HH:mm xxx'}}", "14:00 +02:00"),
            ("{{dateFormat '2026-07-01' 'HH:mm'}}|{{dateFormat '2026-07-01T00:00' 'HH:mm'}}", "02:00|00:00"),
        ],
    );
}

#[test]
fn texts_are_read_as_v8_reads_them() {
    for (text, date) in [
        ("2020-02-31", "2020-03-02 00:00:00.000"),
        ("2020-06-15T10:00:00.1234+05:30", "2020-06-15 04:30:00.123"),
        ("2020-06-15T24:00:00Z", "2020-06-16 00:00:00.000"),
        ("Jan 5, 2020 10:00 PM", "2020-01-05 22:00:00.000"),
        ("5 Jan 20 8:5:3", "2020-01-05 08:05:03.000"),
        ("1/2/70", "1970-01-02 00:00:00.000"),
        ("2020/1/2 10:00 EST", "2020-01-02 15:00:00.000"),
        ("Tue Nov 05 2024 10:00:00 GMT+0200 (CEST)", "2024-11-05 08:00:00.000"),
        ("100", "0100-01-01 00:00:00.000"),
    ] {
        check_in("", &[(&format!("{{{{dateFormat '{text}' 'yyyy-MM-dd HH:mm:ss.SSS'}}}}"), date)]);
    }
    for text in ["", "x", "2020-02-32", "2020-13-01", "2020-01-01T10", "2020-01-01T24:00:01Z", "5 x", "13/2/2020"] {
        check_in("", &[(&format!("{{{{isValidDate '{text}'}}}}"), "false")]);
    }
    check_in(
        "",
        &[("{{isValidDate 0}}{{isValidDate null}}{{isValidDate undefined}}{{isValidDate}}", "truetruefalsefalse")],
    );
}

#[test]
fn a_shift_carries_over_as_javascript_does() {
    check_in(
        "",
        &[
            ("{{dateTimeShift}}", "2026-11-22T10:20:30.456+00:00"),
            ("{{dateTimeShift date='2024-01-31' months=1 format='yyyy-MM-dd'}}", "2024-03-02"),
            ("{{dateTimeShift date='2024-01-31' months='-1' days='30' format='yyyy-MM-dd'}}", "2024-02-01"),
            (
                "{{dateTimeShift date='2024-02-29T10:00:00' years=1 hours=-25 minutes=90 seconds=3600.9 format='yyyy-MM-dd HH:mm:ss'}}",
                "2025-02-28 11:30:00",
            ),
        ],
    );
}

#[test]
fn what_is_no_date_or_no_format_is_an_error() {
    for (template, message) in [
        ("{{dateFormat 'x' 'yyyy'}}", "Invalid time value"),
        ("{{now 'yyyy n'}}", "Format string contains an unescaped latin alphabet character `n`"),
        ("{{now ''}}", "Cannot read properties of null (reading 'map')"),
        ("{{dateTimeShift date=5 days=1}}", "dateToShift.getDate is not a function"),
        ("{{dateTimeShift date='2024-01-01' years=999999}}", "Invalid time value"),
    ] {
        let error = render_with(&mut Fixture::default(), template).unwrap_err();
        assert_eq!(error.message(), message, "{template}");
    }
    check_in("", &[("{{dateFormat 5 'yyyy'}}|{{dateFormat '2020'}}|{{dateFormat}}", "||")]);
}
