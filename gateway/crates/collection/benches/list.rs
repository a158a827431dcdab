//! What a list of 10,000 items costs: filtered, sorted and paged; searched; one item found, one appended.
//! `cargo bench -p ringback-collection`.
#![expect(clippy::expect_used, reason = "a benchmark that cannot be set up stops")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use ringback_collection::{Asked, Key, NewId, Operation, run};
use ringback_model::json::Json;
use ringback_values::{Text, Value, json, request::parse_query};

/// Items as an API of users has them.
fn users(count: usize) -> Json {
    let names = ["Ann", "bob", "Cyd", "dan", "Eve", "Fay", "gus"];
    let item = |id: usize| {
        let name = names.get(id % names.len()).copied().unwrap_or_default();
        format!(
            r#"{{"id":{id},"name":"{name} {}","age":{},"email":"{name}{id}@example.com","address":{{"city":"City {}","zip":"{:05}"}},"tags":["x{}","y"]}}"#,
            id * 7919 % count,
            id * 31 % 90,
            id % 50,
            id % 99_999,
            id % 9,
        )
    };
    let items: Vec<String> = (0..count).map(item).collect();
    Json::parse(&format!("[{}]", items.join(","))).expect("the items are JSON")
}

fn list(criterion: &mut Criterion) {
    let (users, key) = (users(10_000), Key::new("id"));
    let mut group = criterion.benchmark_group("of 10,000 items");
    let mut bench = |name: &str, operation: Operation, id: &str, query: &str, body: &str| {
        let body = json::parse(&Text::from(body)).unwrap_or_default();
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                // A request's query is parsed too.
                let query: Value = parse_query(query);
                let asked = Asked { id, query: &query, body: body.clone() };
                let new_id = NewId { rendered: None, uuid: String::new };
                black_box(run(operation, Some(&users), &key, asked, new_id)).expect("the query is valid")
            });
        });
    };
    bench(
        "filter, sort, page",
        Operation::List,
        "",
        "age_gte=30&address.city_like=city 1&sort=name&order=desc&page=3&limit=20",
        "",
    );
    bench("filter by equality", Operation::List, "", "name_eq=Ann 7&limit=10", "");
    bench("sort, page", Operation::List, "", "sort=name&page=2&limit=20", "");
    bench("search", Operation::List, "", "search=example&limit=10", "");
    bench("search for nothing", Operation::List, "", "search=nowhere&limit=10", "");
    bench("page", Operation::List, "", "page=50&limit=20", "");
    bench("all", Operation::List, "", "", "");
    bench("one", Operation::Get, "7500", "", "");
    bench("append", Operation::Create, "", "", r#"{"name":"new"}"#);
    bench("replace one", Operation::ReplaceItem, "7500", "", r#"{"name":"new"}"#);
    group.finish();
}

criterion_group!(benches, list);
criterion_main!(benches);
