//! What the attributes say to what they can't stand on: that, and what they can.

#[test]
fn a_wrong_form_is_told_the_right_one() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
