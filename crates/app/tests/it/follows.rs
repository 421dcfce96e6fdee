//! What slices keep of people follows when two records of one person become one.

use std::collections::BTreeSet;

use people::registry::record::FollowsPeople;
use testkit::{columns, db_test};

/// Tables of the register itself, which makes the two records one, and of imports, which say what a file did then.
const OWN: [&str; 7] =
    ["assignment", "person_record", "person_change", "person_find", "person_word", "person_distinct", "import_row"];

db_test! {
    async fn every_table_that_names_people_follows_when_two_records_become_one(db: TestDb) {
        drop(app::area());
        let moved: Vec<&str> = store::inventory::iter::<FollowsPeople>
            .into_iter()
            .flat_map(|follows| follows.moves)
            .map(|statement| statement.sqlite())
            .collect();
        let follows = |table: &str| moved.iter().any(|text| text.starts_with(&format!("UPDATE {table} SET")));
        let mut conn = db.db().read().await.unwrap();
        let left: BTreeSet<String> = columns(&mut conn)
            .await
            .into_iter()
            .filter(|(table, column)| column.ends_with("person_id") && !table.starts_with("v_"))
            .map(|(table, _)| table)
            .filter(|table| !OWN.contains(&table.as_str()) && !follows(table))
            .collect();
        assert_eq!(left, BTreeSet::new(), "submit people::registry::record::FollowsPeople in their slices");
    }
}
