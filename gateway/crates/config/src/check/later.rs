//! Keys that a later version will know, or that are said elsewhere, so that whoever read about them is told, and not asked
//! what they meant.

use super::table_name::Step;

/// Table (`*` is any name), key, what to tell.
const LATER: &[(&[&str], &str, &str)] = &[
    (&["callback", "*"], "retry", "retries are a policy plugin's: `policy = { use = \"NAME\" }`"),
    (&["callback", "*"], "sign", "signatures are a policy plugin's: `policy = { use = \"NAME\" }`"),
    (&["callback", "*"], "secret", "signatures are a policy plugin's: `policy = { use = \"NAME\" }`"),
    (&[], "store", "other stores than memory come with a later version"),
    (&["route"], "rules", "conditions are a response's: `when.all = [...]` or `when.any = [...]`"),
    (&["route", "response"], "rules", "conditions are written as `when.all = [...]` or `when.any = [...]`"),
    (&["route"], "crud", "a bucket is served as `collection = \"BUCKET\"`"),
    (&["server"], "seed", "it is given on the command line: `--seed`"),
];

/// What to tell about a key of a later version. Absent: no version knows it.
pub(crate) fn note(path: &[Step], key: &str) -> Option<&'static str> {
    let keys: Vec<_> = path.iter().filter_map(Step::key).collect();
    let fits = |table: &[&str]| {
        table.len() == keys.len() && table.iter().zip(&keys).all(|(wanted, key)| *wanted == "*" || wanted == key)
    };
    LATER.iter().find(|(table, name, _)| *name == key && fits(table)).map(|(_, _, note)| *note)
}
