//! Every statement of the house on both engines: one text means one meaning.

use store::{Described, Statement, statements};
use testkit::TestDb;

/// A column without an alias has a name of the engine's making, and is read by its place.
fn made_up(name: &str) -> bool {
    name.is_empty() || name.contains(|c: char| !(c.is_alphanumeric() || c == '_'))
}

async fn described(db: &TestDb) -> Vec<(&'static Statement, Described)> {
    let mut conn = db.db().read().await.unwrap();
    let mut all = Vec::new();
    for statement in statements() {
        match conn.describe(statement).await {
            Ok(described) => all.push((statement, described)),
            Err(error) => panic!("{}: {error:?}", statement.name),
        }
    }
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_statement_is_the_same_on_both_engines() {
    drop(app::area());
    let sqlite = described(&TestDb::sqlite().await).await;
    assert!(sqlite.len() > 150, "only {} statements are linked into this test", sqlite.len());
    let Some(postgres) = TestDb::postgres().await else { return };
    for ((statement, one), (_, two)) in sqlite.iter().zip(described(&postgres).await) {
        let named: Vec<(&String, &String)> =
            one.columns.iter().zip(&two.columns).filter(|(a, _)| !made_up(a)).collect();
        assert_eq!(one.columns.len(), two.columns.len(), "{}: {:?} {:?}", statement.name, one.columns, two.columns);
        assert_eq!(one.parameters, two.parameters, "{}: parameters", statement.name);
        for (a, b) in named {
            assert_eq!(a, b, "{}: {:?} {:?}", statement.name, one.columns, two.columns);
        }
    }
}

#[test]
fn statements_have_names_of_their_own_and_few_have_two_texts() {
    drop(app::area());
    let all = statements();
    let mut names: Vec<&str> = all.iter().map(|s| s.name).collect();
    names.dedup();
    assert_eq!(names.len(), all.len(), "two statements share a name");
    // more than one in twenty would mean that the choice of one text was wrong: docs/adr/0001
    let two = all.iter().filter(|s| s.postgres() != s.sqlite()).map(|s| s.name).collect::<Vec<_>>();
    assert!(two.len() * 20 <= all.len(), "{two:?} of {} have two texts", all.len());
}
