//! How long pages of the register take, for `docs/bench.md`:
//! `cargo run --release -p cli -p app --example search -- 8624 300000`, and `TEST_POSTGRES_URL=… … -- 300000` for PostgreSQL.
//!
//! People are those of the demonstration's roster, made again from other seeds until there are enough. A figure is the
//! median and the longest of 21 whole answers, the page and its check of rights included.
#![expect(clippy::unwrap_used, reason = "an example stops at the first failure")]

use std::time::Instant;

use app::{
    demonstration::roster::roster,
    reference::{Reference, load_tables},
};
use people::registry::{PersonInput, add_people};
use store::By;
use testkit::{TestApp, TestDb};

/// Searches, and what each is an example of.
const ASKED: [(&str, &str); 10] = [
    ("nguyen", "/people?q=nguyen"),
    ("any order", "/people?q=an+nguyen+thi"),
    ("a rare name", "/people?q=thao"),
    ("two family names", "/people?q=nguyen+tran"),
    ("a code", "/people?q=hv000012"),
    ("nobody", "/people?q=zzz"),
    ("a post", "/people?q=cv+tai+chinh"),
    ("a body", "/people?q=ubnd"),
    ("no words", "/people"),
    ("possible doubles", "/people/doubles"),
];

#[tokio::main]
async fn main() {
    for wanted in std::env::args().skip(1) {
        let wanted: usize = wanted.parse().unwrap();
        let (engine, db) = match TestDb::postgres().await {
            Some(db) => ("PostgreSQL", db),
            None => ("SQLite", TestDb::sqlite().await),
        };
        let app = TestApp::new(db, [people::area()], "2026-11-24T08:00").await;
        let reference = Reference::load().unwrap();
        load_tables(app.db(), &reference, &mut |_, _| ()).await.unwrap();
        let mut number = 0;
        let mut seed = 1;
        while number < wanted {
            let people: Vec<PersonInput> = roster(&reference, seed)
                .into_iter()
                .take(wanted - number)
                .map(|p| {
                    number += 1;
                    PersonInput {
                        code: format!("hv{number:06}"),
                        full_name: p.name,
                        gender: Some(p.gender.to_owned()),
                        birth_date: Some(p.birth_date),
                        ethnic_code: Some(p.ethnic_code),
                        commune_code: p.commune_code,
                        office_code: p.office_code,
                        position_code: p.position_code,
                        education: p.education.map(str::to_owned),
                        theory: Some(p.theory.to_owned()),
                        management: Some(p.management.to_owned()),
                        in_post_since: p.in_post_since,
                        generated: true,
                    }
                })
                .collect();
            add_people(app.db(), By::System("bench"), &people).await.unwrap();
            seed += 1;
        }
        if engine == "PostgreSQL" {
            // what autovacuum does by itself a minute later
            app.place().tamper("ANALYZE").await;
        }
        app.account("truong", "school_training", None, None).await;
        let mut client = app.signed_in("truong").await;
        println!("{engine}, {number} people");
        for (what, address) in ASKED {
            let mut times = Vec::new();
            let mut shown = String::new();
            for _ in 0..21 {
                let start = Instant::now();
                let page = client.get(address).await;
                times.push(start.elapsed());
                assert_eq!(page.status, 200, "{address}");
                shown = page.texts(".pager .soft, .cardhead .soft, .empty h2").join(" ");
            }
            times.sort();
            println!("{what:20} {:>10.1?} {:>10.1?}  {shown}", times.get(10).unwrap(), times.last().unwrap());
        }
    }
}
