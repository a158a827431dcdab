//! `image`.

use super::{color, lorem, person, string};
use crate::{
    Error, Value,
    faker::Faker,
    math,
    method::{Method::Call, Outcome, Table},
    options::Options,
    text,
};

pub(super) const TABLE: Table = &[
    ("avatar", Call(avatar)),
    ("avatarGitHub", Call(avatar_git_hub)),
    ("personPortrait", Call(person_portrait)),
    ("avatarLegacy", Call(avatar_legacy)),
    ("url", Call(url)),
    ("urlLoremFlickr", Call(url_lorem_flickr)),
    ("urlPicsumPhotos", Call(url_picsum_photos)),
    ("urlPlaceholder", Call(url_placeholder)),
    ("dataUri", Call(data_uri)),
];

fn avatar(faker: &mut Faker<'_>, _: &[Value]) -> Outcome {
    if faker.index(2)? == 0 { person_portrait(faker, &[]) } else { avatar_git_hub(faker, &[]) }
}

fn avatar_git_hub(faker: &mut Faker<'_>, _: &[Value]) -> Outcome {
    let user = faker.int(0.0, 1e8)?;
    Ok(Value::from(format!("https://avatars.githubusercontent.com/u/{user}")))
}

fn person_portrait(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let options = Options::new(args, "sex")?;
    let sex = match options.get("sex") {
        Value::Undefined => person::sex_type(faker)?.to_owned(),
        sex => sex.to_text().into_owned(),
    };
    let size = options.text("size", "512");
    let number = faker.int(0.0, 99.0)?;
    Ok(Value::from(format!("https://cdn.jsdelivr.net/gh/faker-js/assets-person-portrait/{sex}/{size}/{number}.jpg")))
}

fn avatar_legacy(faker: &mut Faker<'_>, _: &[Value]) -> Outcome {
    let number = faker.int(0.0, 1249.0)?;
    let folder = "https://cloudflare-ipfs.com/ipfs/Qmd3W5DuhgHirLHGVixi6V76LhCkZUz6pnFt5AJBiyvHye/avatar";
    Ok(Value::from(format!("{folder}/{number}.jpg")))
}

/// The options `width` and `height`; up to `max` by default.
fn size(faker: &mut Faker<'_>, options: &Options, max: f64) -> Result<(Value, Value), Error> {
    let mut side = |key| match options.get(key) {
        Value::Undefined => faker.int(1.0, max).map(Value::Number),
        side => Ok(side),
    };
    Ok((side("width")?, side("height")?))
}

fn url(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let (width, height) = size(faker, &Options::new(args, "width")?, 3999.0)?;
    let is_flickr = faker.index(2)? == 0;
    if is_flickr {
        return url_lorem_flickr(faker, &[Value::object([("width", width), ("height", height)])]);
    }
    let plain = [("width", width), ("height", height), ("grayscale", false.into()), ("blur", Value::Number(0.0))];
    url_picsum_photos(faker, &[Value::object(plain)])
}

fn url_lorem_flickr(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let options = Options::new(args, "width")?;
    let (width, height) = size(faker, &options, 3999.0)?;
    let category = match options.get("category") {
        Value::Undefined | Value::Null => String::new(),
        category => format!("/{}", category.to_text()),
    };
    let lock = math::to_text(faker.int(0.0, math::MAX_SAFE_INTEGER)?);
    let (width, height) = (width.to_text(), height.to_text());
    Ok(Value::from(format!("https://loremflickr.com/{width}/{height}{category}?lock={lock}")))
}

fn url_picsum_photos(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let options = Options::new(args, "width")?;
    let (width, height) = size(faker, &options, 3999.0)?;
    let is_gray = match options.get("grayscale") {
        Value::Undefined => faker.boolean()?,
        given => given.is_truthy(),
    };
    let blur = match options.get("blur") {
        Value::Undefined => Value::Number(faker.int(0.0, 10.0)?),
        given => given,
    };
    let length = faker.int(5.0, 10.0)?;
    let seed = string::alphanumeric_of(faker, length, "mixed", "")?;
    let blur = match blur {
        Value::Number(blur) if (1.0..=10.0).contains(&blur) => Some(format!("blur={}", math::to_text(blur))),
        _ => None,
    };
    let parameters: Vec<String> = is_gray.then(|| "grayscale".to_owned()).into_iter().chain(blur).collect();
    let mark = if parameters.is_empty() { "" } else { "?" };
    let (width, height, parameters) = (width.to_text(), height.to_text(), parameters.join("&"));
    Ok(Value::from(format!("https://picsum.photos/seed/{seed}/{width}/{height}{mark}{parameters}")))
}

fn url_placeholder(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let options = Options::new(args, "width")?;
    let (width, height) = size(faker, &options, 3500.0)?;
    let mut shade = |key| match options.get(key) {
        Value::Undefined => color::rgb(faker, &Options::of(&Value::object([("prefix", Value::from(""))]), "format")?),
        color => Ok(color),
    };
    let (background, foreground) = (shade("backgroundColor")?, shade("textColor")?);
    let format = match options.get("format") {
        Value::Undefined => Value::from(faker.pick(&["gif", "jpeg", "jpg", "png", "webp"])?),
        format => format,
    };
    let caption = match options.get("text") {
        Value::Undefined => lorem::words(faker, &Value::Number(3.0))?,
        caption => caption.to_text().into_owned(),
    };
    Ok(Value::from(format!(
        "https://via.placeholder.com/{}x{}/{}/{}.{}?text={}",
        width.to_text(),
        height.to_text(),
        background.to_text(),
        foreground.to_text(),
        format.to_text(),
        text::percent_encoded(&caption)
    )))
}

fn data_uri(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let options = Options::new(args, "width")?;
    let (width, height) = size(faker, &options, 3999.0)?;
    let color = match options.get("color") {
        Value::Undefined => color::rgb(faker, &Options::new(&[], "format")?)?,
        color => color,
    };
    let kind = match options.get("type") {
        Value::Undefined => Value::from(faker.pick(&["svg-uri", "svg-base64"])?),
        kind => kind,
    };
    let [x, y] = [&width, &height].map(|side| math::to_text(side.to_number() / 2.0));
    let (width, height, color) = (width.to_text(), height.to_text(), color.to_text());
    let svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.1\" baseProfile=\"full\" width=\"{width}\" \
         height=\"{height}\"><rect width=\"100%\" height=\"100%\" fill=\"{color}\"/><text x=\"{x}\" y=\"{y}\" \
         font-size=\"20\" alignment-baseline=\"middle\" text-anchor=\"middle\" fill=\"white\">{width}x{height}</text></svg>"
    );
    Ok(Value::from(if kind.as_str() == Some("svg-uri") {
        format!("data:image/svg+xml;charset=UTF-8,{}", text::percent_encoded(&svg))
    } else {
        format!("data:image/svg+xml;base64,{}", text::base64(&svg))
    }))
}
