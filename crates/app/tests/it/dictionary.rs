//! The data dictionary says what every column means.

use std::collections::{BTreeMap, BTreeSet};

use testkit::{columns, db_test};

const DICTIONARY: &str = include_str!("../../../../docs/data-dictionary.md");

/// Tables and views with their columns: a heading `### name`, then rows `| column | meaning | unit | source |`.
fn told() -> BTreeMap<String, BTreeSet<String>> {
    let mut told: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut holder = String::new();
    for line in DICTIONARY.lines() {
        if let Some(name) = line.strip_prefix("### ") {
            holder = name.trim_matches('`').to_owned();
        } else if let Some(rest) = line.strip_prefix("| `") {
            let (column, rest) = rest.split_once('`').unwrap();
            let cells: Vec<&str> = rest.split('|').map(str::trim).collect();
            assert_eq!(cells.len(), 5, "{line}");
            assert!(cells.iter().skip(1).take(3).all(|cell| !cell.is_empty()), "an empty cell: {holder}, {line}");
            assert!(told.entry(holder.clone()).or_default().insert(column.to_owned()), "twice: {holder}.{column}");
        }
    }
    told
}

db_test! {
    async fn every_column_is_in_the_dictionary_and_no_other(db: TestDb) {
        let mut there: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (holder, column) in columns(&mut db.db().read().await.unwrap()).await {
            there.entry(holder).or_default().insert(column);
        }
        let told = told();
        let missing: Vec<String> = there
            .iter()
            .flat_map(|(holder, columns)| columns.iter().map(move |c| (holder, c)))
            .filter(|(holder, c)| !told.get(*holder).is_some_and(|t| t.contains(*c)))
            .map(|(holder, c)| format!("{holder}.{c}"))
            .collect();
        let stale: Vec<String> = told
            .iter()
            .flat_map(|(holder, columns)| columns.iter().map(move |c| (holder, c)))
            .filter(|(holder, c)| !there.get(*holder).is_some_and(|t| t.contains(*c)))
            .map(|(holder, c)| format!("{holder}.{c}"))
            .collect();
        assert_eq!((missing, stale), (Vec::new(), Vec::new()), "docs/data-dictionary.md: (missing, stale)");
    }
}
