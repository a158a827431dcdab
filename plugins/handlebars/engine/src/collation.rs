//! The order of texts, as `localeCompare` has it: the Unicode Collation Algorithm (UTS #10) with the root order of the
//! CLDR, for the characters that names and words of Europe are written with.
//!
//! Three levels, each over the whole text before the next counts: the character, its accents, its case (small letters
//! first). White space, punctuation, symbols and digits stand before letters, in this order. What the tables do not
//! hold is ordered behind them by code point. ICU's own tables would be a third of the whole component.

use std::cmp::Ordering;

/// Characters in their order: small letters stand for capital ones too.
const ORDER: &str = "\t\n\u{b}\u{c}\r\u{85}\u{2028}\u{2029} ‾_‗-‐‒–—―,;:!¡?¿‽.·'‹›\"«»()[]{}‖§¶@*/\\&#%‰‱†‡•‣‧⁃′″‴‵‶‷‸※‿⁀⁁⁂`´^¯¨¸°©®+±÷×<=>¬|¦~⁄¤¢$£¥€0123456789abcdefghiıjklmnŋopqĸrstŧuvwxyzþŉαβγδεζηθικλµνξοπρςτυφχψωабвгдђеєжзѕиіјклљмнњопрстћуфхцчџшщъыьэюя";

/// Accents in their order.
const ACCENTS: &str = "\u{332}\u{313}\u{314}\u{301}\u{300}\u{306}\u{302}\u{30c}\u{30a}\u{308}\u{30b}\u{303}\u{307}\u{338}\u{327}\u{328}\u{304}\u{30d}\u{30e}\u{312}\u{315}\u{31a}\u{316}\u{317}\u{318}\u{319}\u{31c}\u{31d}\u{31e}\u{31f}\u{320}\u{329}\u{32a}\u{32b}\u{32c}\u{32f}\u{333}\u{336}\u{337}\u{335}\u{305}\u{309}\u{30f}\u{310}\u{311}\u{31b}\u{321}\u{322}\u{323}\u{324}\u{325}\u{326}\u{32d}\u{32e}\u{330}\u{331}\u{334}";

/// Letters with accents, each followed by its letter and its accent.
const ACCENTED: &str = "àa\u{300}áa\u{301}âa\u{302}ãa\u{303}äa\u{308}åa\u{30a}çc\u{327}èe\u{300}ée\u{301}êe\u{302}ëe\u{308}\
     ìi\u{300}íi\u{301}îi\u{302}ïi\u{308}ñn\u{303}òo\u{300}óo\u{301}ôo\u{302}õo\u{303}öo\u{308}ùu\u{300}\
     úu\u{301}ûu\u{302}üu\u{308}ýy\u{301}ÿy\u{308}āa\u{304}ăa\u{306}ąa\u{328}ćc\u{301}ĉc\u{302}ċc\u{307}\
     čc\u{30c}ďd\u{30c}ēe\u{304}ĕe\u{306}ėe\u{307}ęe\u{328}ěe\u{30c}ĝg\u{302}ğg\u{306}ġg\u{307}ģg\u{327}\
     ĥh\u{302}ĩi\u{303}īi\u{304}ĭi\u{306}įi\u{328}ĵj\u{302}ķk\u{327}ĺl\u{301}ļl\u{327}ľl\u{30c}ńn\u{301}\
     ņn\u{327}ňn\u{30c}ōo\u{304}ŏo\u{306}őo\u{30b}ŕr\u{301}ŗr\u{327}řr\u{30c}śs\u{301}ŝs\u{302}şs\u{327}\
     šs\u{30c}ţt\u{327}ťt\u{30c}ũu\u{303}ūu\u{304}ŭu\u{306}ůu\u{30a}űu\u{30b}ųu\u{328}ŵw\u{302}ŷy\u{302}\
     źz\u{301}żz\u{307}žz\u{30c}άα\u{301}έε\u{301}ήη\u{301}ίι\u{301}йи\u{306}ѐе\u{300}ёе\u{308}ѓг\u{301}\
     їі\u{308}ќк\u{301}ѝи\u{300}ўу\u{306}";

/// Letters and signs that are ordered as others, with their accent or with what stands in for one.
const OTHERS: &[(char, &str)] = &[
    ('\u{a0}', " "),
    ('\u{202f}', " "),
    ('ª', "a"),
    ('º', "o"),
    ('¹', "1"),
    ('²', "2"),
    ('³', "3"),
    ('¼', "1⁄4"),
    ('½', "1⁄2"),
    ('¾', "3⁄4"),
    ('æ', "a\u{334}e"),
    ('œ', "o\u{334}e"),
    ('ð', "d\u{334}"),
    ('đ', "d\u{335}"),
    ('ħ', "h\u{335}"),
    ('ł', "l\u{335}"),
    ('ø', "o\u{338}"),
    ('ß', "s\u{334}s"),
    ('ſ', "s\u{334}"),
    ('ĳ', "ij"),
    ('ŀ', "l\u{334}"),
    ('µ', "μ"),
    ('ς', "σ"),
    ('‘', "'\u{332}"),
    ('’', "'\u{313}"),
    ('‚', "'\u{314}"),
    ('“', "\"\u{332}"),
    ('”', "\"\u{313}"),
    ('„', "\"\u{314}"),
    ('…', "..."),
    ('™', "tm"),
];

/// What one character counts on each level; 0 where it counts nothing.
#[derive(Clone, Copy)]
struct Weight {
    character: u32,
    accent: u8,
    case: u8,
}

/// How two texts are ordered.
pub(crate) fn compare(a: &str, b: &str) -> Ordering {
    if a == b {
        return Ordering::Equal;
    }
    let (a, b) = (weights(a), weights(b));
    by(&a, &b, |weight| weight.character)
        .then_with(|| by(&a, &b, |weight| u32::from(weight.accent)))
        .then_with(|| by(&a, &b, |weight| u32::from(weight.case)))
}

fn by(a: &[Weight], b: &[Weight], level: fn(&Weight) -> u32) -> Ordering {
    let counts = |level: &u32| *level > 0;
    a.iter().map(level).filter(counts).cmp(b.iter().map(level).filter(counts))
}

fn weights(text: &str) -> Vec<Weight> {
    let mut weights = Vec::with_capacity(text.len());
    for c in text.chars() {
        push(&mut weights, c);
    }
    weights
}

fn push(weights: &mut Vec<Weight>, c: char) {
    let mut small = c.to_lowercase();
    let (small, is_alone) = (small.next().unwrap_or(c), small.next().is_none());
    let case = if is_alone && small == c { 1 } else { 2 };
    if !small.is_ascii()
        && let Some((letters, case)) = composed(small, case)
    {
        letters.for_each(|letter| weights.extend(simple(letter, case)));
        return;
    }
    weights.extend(simple(small, case));
}

/// The letters and accents of a character that has a table's entry. Those that only look like others come after them.
fn composed(c: char, case: u8) -> Option<(Box<dyn Iterator<Item = char>>, u8)> {
    if let Some((_, letters)) = OTHERS.iter().find(|(known, _)| *known == c) {
        return Some((Box::new(letters.chars()), 2));
    }
    let at = ACCENTED.chars().step_by(3).position(|known| known == c)?;
    Some((Box::new(ACCENTED.chars().skip(at * 3 + 1).take(2)), case))
}

fn simple(c: char, case: u8) -> Option<Weight> {
    if let Some(accent) = ACCENTS.chars().position(|known| known == c) {
        // Of fewer than a hundred, so it fits.
        return Some(Weight { character: 0, accent: accent as u8 + 2, case: 1 });
    }
    let character = match ORDER.chars().position(|known| known == c) {
        Some(place) => place as u32 + 1,
        None if c.is_control() || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}') => {
            return None;
        }
        None => 0x1_0000 + u32::from(c),
    };
    Some(Weight { character, accent: 1, case })
}

#[cfg(test)]
mod tests {
    use super::compare;

    #[test]
    fn words_are_in_the_order_of_icu() {
        // As Node 20 sorts them with `localeCompare`.
        let sorted = [
            " b", "_a", "-a", "@", "$5", "1", "10", "2", "a", "A", "á", "à", "ab", "Ab", "AB", "äb", "abc", "æ", "az",
            "cote", "coté", "côte", "côté", "d", "ð", "e", "é", "É", "resume", "Resume", "résumé", "ss", "SS", "ß",
            "straße", "z", "Zebra", "þ", "α", "б", "中",
        ];
        let mut words = sorted.to_vec();
        words.reverse();
        words.sort_by(|a, b| compare(a, b));
        assert_eq!(words, sorted);
    }

    #[test]
    fn every_accented_letter_is_an_entry_of_three() {
        assert_eq!(super::ACCENTED.chars().count() % 3, 0);
    }
}
