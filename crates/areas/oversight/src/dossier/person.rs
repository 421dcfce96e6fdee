//! The record of a person, and one's own.

use ::store::Db;
use axum::extract::State;
use kernel::{Actor, PersonId, Score};
use people::registry::ReadPeople;
use web::{Answer, Path, Permit, T, Ui, WebError, permit::SignedIn};

use super::store::{PersonRow, PostRow, TrainingRow, person, posts, trainings};

/// A class with its mark as written.
struct Training {
    row: TrainingRow,
    score: String,
    register: String,
}

#[derive(askama::Template)]
#[template(path = "dossier/person.html")]
struct PersonPage {
    t: T,
    person: PersonRow,
    posts: Vec<PostRow>,
    trainings: Vec<Training>,
    trained: bool,
    own: bool,
    may_classes: bool,
}

#[derive(askama::Template)]
#[template(path = "dossier/account.html")]
struct AccountPage {
    t: T,
    name: String,
    username: String,
    role: String,
}

/// GET /people/{person}
pub(super) async fn get(ui: Ui, State(db): State<Db>, permit: Permit<ReadPeople>, Path(id): Path<PersonId>) -> Answer {
    show(&ui, &db, &permit.actor, id, false).await
}

/// GET /me: the record of the person behind the account, or the account itself.
pub(super) async fn get_me(ui: Ui, State(db): State<Db>, who: SignedIn) -> Answer {
    let t = ui.t;
    match who.actor.own_person() {
        Some(person) => show(&ui, &db, &who.actor, person, true).await,
        None => {
            let page = AccountPage { t, name: who.actor.name, username: who.actor.username, role: who.actor.role };
            ui.page(t.get("dossier-me"), &page)
        }
    }
}

async fn show(ui: &Ui, db: &Db, actor: &Actor, id: PersonId, own: bool) -> Answer {
    let t = ui.t;
    let mut conn = db.read().await?;
    let person = person(&mut conn, actor, id).await?.ok_or(WebError::NotFound)?;
    let posts = posts(&mut conn, id).await?;
    let rows = trainings(&mut conn, id).await?;
    drop(conn);
    let trainings: Vec<Training> = rows
        .into_iter()
        .map(|row| {
            let score = row.hundredths.and_then(|h| Score::from_hundredths(h).ok());
            Training {
                score: score.map(|s| s.to_string()).unwrap_or_default(),
                register: match (row.register, row.register_year) {
                    (Some(number), Some(year)) => format!("{number:04}/{year}"),
                    _ => String::new(),
                },
                row,
            }
        })
        .collect();
    let title = person.full_name.clone();
    let page = PersonPage {
        t,
        trained: trainings.iter().any(|x| x.row.state.code() == "completed"),
        person,
        posts,
        trainings,
        own,
        may_classes: ui.may("classes.read"),
    };
    ui.page(title, &page)
}
