//! `color`.

use crate::{
    Error, Value,
    faker::Faker,
    math,
    method::{
        Method::{Call, Pick},
        Outcome, Table,
    },
    options::Options,
    text,
};

pub(super) const TABLE: Table = &[
    ("human", Pick("human")),
    ("space", Pick("space")),
    ("cssSupportedFunction", Call(|faker, _| faker.pick(&FUNCTIONS).map(Value::from))),
    ("cssSupportedSpace", Call(|faker, _| faker.pick(&SPACES).map(Value::from))),
    ("rgb", Call(|faker, args| rgb(faker, &Options::new(args, "format")?))),
    ("cmyk", Call(cmyk)),
    ("hsl", Call(hsl)),
    ("hwb", Call(hwb)),
    ("lab", Call(lab)),
    ("lch", Call(lch)),
    ("colorByCSSColorSpace", Call(by_css_color_space)),
];

const FUNCTIONS: [&str; 9] = ["rgb", "rgba", "hsl", "hsla", "hwb", "cmyk", "lab", "lch", "color"];
const SPACES: [&str; 5] = ["sRGB", "display-p3", "rec2020", "a98-rgb", "prophoto-rgb"];

/// A part in hundredths.
fn part(faker: &mut Faker<'_>) -> Result<f64, Error> {
    faker.fraction(100.0)
}

/// `color.rgb(options)`.
pub(super) fn rgb(faker: &mut Faker<'_>, options: &Options) -> Outcome {
    let format = options.or("format", "hex");
    let with_alpha = options.is("includeAlpha");
    if format.as_str() == Some("hex") {
        return hex(faker, options, with_alpha).map(Value::from);
    }
    let mut parts = faker.several(3.0, |faker| faker.int(0.0, 255.0))?;
    if with_alpha {
        parts.push(part(faker)?);
    }
    Ok(formatted(&parts, &format, if with_alpha { "rgba" } else { "rgb" }, ""))
}

fn hex(faker: &mut Faker<'_>, options: &Options, with_alpha: bool) -> Result<String, Error> {
    let digits = super::string::hex_digits(faker, if with_alpha { 8.0 } else { 6.0 })?;
    let digits = match options.or("casing", "lower").as_str() {
        Some("upper") => digits.to_ascii_uppercase(),
        Some("lower") => digits.to_ascii_lowercase(),
        _ => digits,
    };
    Ok(match options.or("prefix", "#") {
        prefix if prefix.is_truthy() => format!("{}{digits}", prefix.to_text()),
        _ => digits,
    })
}

fn cmyk(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let options = Options::new(args, "format")?;
    let parts = faker.several(4.0, part)?;
    Ok(formatted(&parts, &options.or("format", "decimal"), "cmyk", ""))
}

fn hsl(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let options = Options::new(args, "format")?;
    let with_alpha = options.is("includeAlpha");
    let mut parts = vec![faker.int(0.0, 360.0)?];
    parts.extend(faker.several(if with_alpha { 3.0 } else { 2.0 }, part)?);
    Ok(formatted(&parts, &options.or("format", "decimal"), if with_alpha { "hsla" } else { "hsl" }, ""))
}

fn hwb(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let options = Options::new(args, "format")?;
    let mut parts = vec![faker.int(0.0, 360.0)?];
    parts.extend(faker.several(2.0, part)?);
    Ok(formatted(&parts, &options.or("format", "decimal"), "hwb", ""))
}

fn lab(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let options = Options::new(args, "format")?;
    let mut parts = vec![faker.fraction(1e6)?];
    parts.extend(faker.several(2.0, |faker| Ok(faker.int(-1e6, 1e6)? / 1e4))?);
    Ok(formatted(&parts, &options.or("format", "decimal"), "lab", ""))
}

fn lch(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let options = Options::new(args, "format")?;
    let mut parts = vec![faker.fraction(1e6)?];
    parts.extend(faker.several(2.0, |faker| Ok(faker.int(0.0, 2300.0)? / 10.0))?);
    Ok(formatted(&parts, &options.or("format", "decimal"), "lch", ""))
}

fn by_css_color_space(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let options = Options::new(args, "format")?;
    let space = options.text("space", "sRGB");
    let parts = faker.several(3.0, |faker| faker.fraction(1e4))?;
    Ok(formatted(&parts, &options.or("format", "decimal"), "color", &space))
}

/// A color in a format; nothing for an unknown one.
fn formatted(parts: &[f64], format: &Value, function: &str, space: &str) -> Value {
    match format.as_str() {
        Some("css") => Value::from(css(parts, function, space)),
        Some("binary") => Value::from(binary(parts)),
        Some("decimal") => Value::Array(parts.iter().copied().map(Value::Number).collect()),
        _ => Value::Undefined,
    }
}

fn css(parts: &[f64], function: &str, space: &str) -> String {
    let part = |index| parts.get(index).copied().unwrap_or_default();
    let exact = |index| math::to_text(part(index));
    let percent = |index| math::to_text(math::round(part(index) * 100.0));
    match function {
        "rgba" => format!("rgba({}, {}, {}, {})", exact(0), exact(1), exact(2), exact(3)),
        "color" => format!("color({space} {} {} {})", exact(0), exact(1), exact(2)),
        "cmyk" => format!("cmyk({}%, {}%, {}%, {}%)", percent(0), percent(1), percent(2), percent(3)),
        "hsl" => format!("hsl({}deg {}% {}%)", exact(0), percent(1), percent(2)),
        "hsla" => format!("hsl({}deg {}% {}% / {})", exact(0), percent(1), percent(2), percent(3)),
        "hwb" => format!("hwb({} {}% {}%)", exact(0), percent(1), percent(2)),
        "lab" => format!("lab({}% {} {})", percent(0), exact(1), exact(2)),
        "lch" => format!("lch({}% {} {})", percent(0), exact(1), exact(2)),
        _ => format!("rgb({}, {}, {})", exact(0), exact(1), exact(2)),
    }
}

/// Whole numbers as bytes, others as the four bytes of a single-precision number.
fn binary(parts: &[f64]) -> String {
    let parts: Vec<String> = parts
        .iter()
        .map(|part| {
            if math::is_integer(*part) {
                return text::zeros(&format!("{:b}", math::to_u32(*part)), 8);
            }
            (*part as f32).to_be_bytes().iter().map(|byte| format!("{byte:08b}")).collect()
        })
        .collect();
    parts.join(" ")
}
