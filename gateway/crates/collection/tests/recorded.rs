//! Operations with what Mockoon 9.9 made of them: `recorded.json` holds what its own function answered and left behind
//! (`record.mjs` makes it).
#![allow(clippy::unwrap_used, clippy::panic, reason = "a case that can't be read fails")]

use http::{Method, StatusCode};
use ringback_collection::{Asked, Key, NewId, Operation, run, write};
use ringback_model::{
    ids::{BucketName, EnvironmentName, RequestId, RouteName, SessionId},
    json::Json,
    path::DataPath,
    time::Timestamp,
    unit::{Cause, Change, Document, Scope, Unit, View},
};
use ringback_values::{Text, Value, json, request::parse_query};

const BUCKET: &str = "items";

/// A case.
struct Case(Json);

impl Case {
    fn at(&self, path: &str) -> Option<&Json> {
        self.0.at(&DataPath::parse(path))
    }

    fn text(&self, path: &str) -> &str {
        match self.at(path) {
            Some(Json::String(text)) => text,
            _ => panic!("{path} of {:?} is no text", self.0),
        }
    }

    fn body(&self) -> Value {
        let mut text = Vec::new();
        write(&mut text, self.at("body").unwrap());
        json::parse(&Text::from(String::from_utf8(text).unwrap())).unwrap()
    }

    /// What is answered and left behind, in the form of the records. Absent: Mockoon does not answer.
    fn outcome(&self) -> Option<(String, Option<String>)> {
        let (key, query) = (Key::new(self.text("key")), parse_query(self.text("query")));
        let asked = Asked { id: self.text("id"), query: &query, body: self.body() };
        let operation = Operation::of(
            &Method::from_bytes(self.text("method").as_bytes()).unwrap(),
            self.at("item") == Some(&Json::Bool(true)),
        );
        let new_id = NewId { rendered: None, uuid: || "UUID".to_owned() };
        let outcome = run(operation.unwrap(), self.at("document"), &key, asked, new_id).ok()?;
        let mut answer = String::from_utf8(outcome.body).unwrap();
        answer += &format!(" {}", outcome.status.as_ref().map_or(0, StatusCode::as_u16));
        if let Some(counts) = outcome.counts {
            answer += &format!(" {}/{}", counts.total, counts.filtered);
        }
        Some((answer, self.left_behind(&outcome.changes)))
    }

    fn left_behind(&self, changes: &[Change]) -> Option<String> {
        let name = BucketName::try_new(BUCKET).unwrap();
        let mut document = Document::new(Json::Null);
        document.value = self.at("document").cloned();
        let mut view = View::seeded([(name, document)]);
        let scope = Scope { environment: EnvironmentName::default(), session: SessionId::default() };
        let cause = Cause::Request(RequestId { tag: 0, number: 1 });
        let mut unit = Unit::new(scope, RouteName::try_new("r").unwrap(), cause, 0, view.clone());
        changes.iter().for_each(|change| unit.change(BUCKET, change.clone()).unwrap());
        unit.finish(Timestamp::from_micros(0)).apply(&mut view).unwrap();
        let mut text = Vec::new();
        write(&mut text, view.get(BUCKET).unwrap().value.as_ref()?);
        Some(String::from_utf8(text).unwrap())
    }

    fn recorded(&self) -> Option<(String, Option<String>)> {
        self.at("expect")?;
        let number = |path| self.at(path).map_or("0".to_owned(), Json::to_text);
        let mut answer = format!("{} {}", self.text("expect.body"), number("expect.status"));
        if self.at("expect.counts").is_some() {
            answer += &format!(" {}/{}", number("expect.counts.0"), number("expect.counts.1"));
        }
        Some((answer, self.at("expect.after").map(|_| self.text("expect.after").to_owned())))
    }
}

#[test]
fn operations_do_what_mockoon_does() {
    let Json::Array(cases) = Json::parse(include_str!("recorded.json")).unwrap() else { panic!("no list") };
    let mut wrong = 0;
    for case in cases.iter().cloned().map(Case) {
        let (came, wanted) = (case.outcome(), case.recorded());
        if came != wanted {
            wrong += 1;
            if wrong < 10 {
                eprintln!("{}\n came     {came:?}\n recorded {wanted:?}\n", case.0.to_text());
            }
        }
    }
    assert_eq!(wrong, 0, "of {}", cases.len());
}
