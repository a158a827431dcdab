//! The template language: parsing and rendering, natively, against a gateway in memory.

mod host;

use handlebars_engine::{Rendering, Template};

use self::host::Memory;
use crate::Material;

/// What the words of the language are: few examples use many of them.
const WORDS: &str = "add array base64 base64Decode baseUrl body bodyRaw ceil concat cookie data dataRaw date dateFormat \
    dateTimeShift delete divide each eq faker filter find float floor getEnvVar getGlobalVar getVar gt gte guid header \
    headers hostname if includes indexOf int ip isValidDate jmesPath join jsonParse jsonPath jwtHeader jwtPayload len \
    lookup lorem lowercase lt lte method modulo multiply newline now object objectId objectMerge objectPath oneOf padEnd \
    padStart parseInt queryParam queryParamRaw queryParams repeat replace replaceAll reverse round setData setGlobalVar \
    setVar shift slice someOf sort sortBy split status stringify substr subtract switch time title toFixed unless \
    uppercase urlParam urlParams uuid with";

/// Every text with a tag, and a call of every helper.
pub(crate) fn seeds(material: &Material) -> Vec<String> {
    let calls = WORDS.split(' ').map(|word| format!("{{{{{word} (array 2 'a' (body 'a')) 1 b=true}}}}"));
    material.texts(|_, text| text.contains("{{")).into_iter().chain(calls).collect()
}

/// The template, and behind a NUL the request's body. What does not parse says where; what renders, renders twice.
pub(crate) fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let (source, body) = text.split_once('\0').unwrap_or((text, host::BODY));
    let template = match Template::compile(source) {
        Ok(template) => template,
        Err(error) => {
            assert!(source.get(error.span.clone()).is_some(), "{:?} is no part of {source:?}", error.span);
            assert!(!error.message.is_empty() && !error.thrown(source).is_empty(), "{source:?} fails without a word");
            assert!(error.position(source).0 >= 1);
            return;
        }
    };
    let mut host = Memory::new(body);
    let mut rendering = Rendering::new(&mut host);
    for _ in 0..2 {
        let _ = rendering.render(&template);
    }
}
