//! Cron expressions.

use crate::{Error, Value, faker::Faker, math, method::Outcome, options::Options};

const WEEKDAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
const NAMED: [&str; 7] = ["@annually", "@daily", "@hourly", "@monthly", "@reboot", "@weekly", "@yearly"];

pub(super) fn cron(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let options = Options::new(args, "includeYear")?;
    let mut number = |min, max| faker.int(min, max).map(math::to_text);
    // All candidates are drawn before any is chosen.
    let minute = number(0.0, 59.0)?;
    let hour = number(0.0, 23.0)?;
    let day = number(1.0, 31.0)?;
    let month = number(1.0, 12.0)?;
    let weekday = number(0.0, 6.0)?;
    let weekday_name = faker.pick(&WEEKDAYS)?;
    let year = math::to_text(faker.int(1970.0, 2099.0)?);
    let mut chosen = |candidates: &[&str]| -> Result<String, Error> { faker.pick(candidates).map(str::to_owned) };
    let mut fields = vec![
        chosen(&[&minute, "*"])?,
        chosen(&[&hour, "*"])?,
        chosen(&[&day, "*", "?"])?,
        chosen(&[&month, "*"])?,
        chosen(&[&weekday, weekday_name, "*", "?"])?,
    ];
    let year = chosen(&[&year, "*"])?;
    if options.is("includeYear") {
        fields.push(year);
    }
    if !options.is("includeNonStandard") || faker.boolean()? {
        return Ok(Value::from(fields.join(" ")));
    }
    faker.pick(&NAMED).map(Value::from)
}
