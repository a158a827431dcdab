//! `system`.

mod cron;
mod network;

use std::collections::HashSet;

use super::{number, word};
use crate::{
    Error, Value,
    data::{Node, Object},
    faker::Faker,
    method::{
        Method::{Call, Pick},
        Outcome, Table,
    },
    options::{Options, arg},
    text,
};

pub(super) const TABLE: Table = &[
    ("fileName", Call(|faker, args| file_name(faker, &Options::new(args, "extensionCount")?).map(Value::from))),
    ("commonFileName", Call(common_file_name)),
    ("mimeType", Call(mime_type)),
    (
        "commonFileType",
        Call(|faker, _| faker.pick(&["video", "audio", "image", "text", "application"]).map(Value::from)),
    ),
    ("commonFileExt", Call(|faker, _| common_file_ext(faker).map(Value::from))),
    ("fileType", Call(file_type)),
    ("fileExt", Call(|faker, args| file_ext(faker, arg(args, 0)).map(Value::from))),
    ("directoryPath", Pick("directory_path")),
    ("filePath", Call(file_path)),
    ("semver", Call(semver)),
    ("networkInterface", Call(network::network_interface)),
    ("cron", Call(cron::cron)),
];

const COMMON_TYPES: [&str; 9] = [
    "application/pdf",
    "audio/mpeg",
    "audio/wav",
    "image/png",
    "image/jpeg",
    "image/gif",
    "video/mp4",
    "video/mpeg",
    "text/html",
];

fn file_name(faker: &mut Faker<'_>, options: &Options) -> Result<String, Error> {
    let count = options.or("extensionCount", 1.0).or_if_nullish(3.0);
    let name = word::words(faker, &[])?.to_lowercase();
    let mut plain = String::new();
    for c in name.chars() {
        // A character of two units is two underscores.
        (0..c.len_utf16()).for_each(|_| plain.push(if text::is_word(c) { c } else { '_' }));
    }
    let count = number::of_range(faker, &count)?;
    let extensions = faker.several(count, |faker| file_ext(faker, &Value::Undefined))?.join(".");
    Ok(if extensions.is_empty() { plain } else { format!("{plain}.{extensions}") })
}

fn common_file_name(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let name = file_name(faker, &Options::of(&Value::object([("extensionCount", Value::Number(0.0))]), "")?)?;
    let extension = match arg(args, 0) {
        given if given.is_truthy() => given.to_text().into_owned(),
        _ => common_file_ext(faker)?,
    };
    Ok(Value::from(format!("{name}.{extension}")))
}

fn mime_types(faker: &Faker<'_>) -> Result<Object, Error> {
    match faker.definition("system", "mime_type")? {
        Node::Object(types) => Ok(types),
        _ => Err(Error::thrown("mime types are no object")),
    }
}

fn mime_type(faker: &mut Faker<'_>, _: &[Value]) -> Outcome {
    let types: Vec<&str> = mime_types(faker)?.keys().collect();
    faker.pick(&types).map(Value::from)
}

fn file_type(faker: &mut Faker<'_>, _: &[Value]) -> Outcome {
    let kinds = unique(mime_types(faker)?.keys().map(|name| name.split('/').next().unwrap_or_default()));
    faker.pick(&kinds).map(Value::from)
}

fn unique(items: impl Iterator<Item = &'static str>) -> Vec<&'static str> {
    let mut known = HashSet::new();
    items.filter(|item| known.insert(*item)).collect()
}

fn extensions(node: Node) -> impl Iterator<Item = &'static str> {
    let items = match node.get("extensions") {
        Some(Node::Array(items)) => Some(items),
        _ => None,
    };
    items.into_iter().flat_map(crate::data::Array::texts)
}

/// `system.fileExt(mimeType)`.
fn file_ext(faker: &mut Faker<'_>, mime_type: &Value) -> Result<String, Error> {
    let types = mime_types(faker)?;
    let extensions = match mime_type {
        Value::String(name) => match types.get(name) {
            Some(found) => extensions(found).collect(),
            None => return Err(Error::unreadable("undefined", "extensions")),
        },
        _ => unique(types.iter().flat_map(|(_, node)| extensions(node))),
    };
    faker.pick(&extensions).map(str::to_owned)
}

fn common_file_ext(faker: &mut Faker<'_>) -> Result<String, Error> {
    let mime_type = faker.pick(&COMMON_TYPES)?;
    file_ext(faker, &Value::from(mime_type))
}

fn file_path(faker: &mut Faker<'_>, _: &[Value]) -> Outcome {
    let folder = faker.pick_text_from("system", "directory_path")?;
    let name = file_name(faker, &Options::new(&[], "extensionCount")?)?;
    Ok(Value::from(format!("{folder}/{name}")))
}

fn semver(faker: &mut Faker<'_>, _: &[Value]) -> Outcome {
    let (major, minor, patch) = (faker.int(0.0, 9.0)?, faker.int(0.0, 20.0)?, faker.int(0.0, 20.0)?);
    Ok(Value::from(format!("{major}.{minor}.{patch}")))
}
