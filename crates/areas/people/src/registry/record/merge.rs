//! Two records side by side: one person, or two.

use ::store::Db;
use axum::extract::State;
use kernel::PersonId;
use serde::Deserialize;
use std::collections::HashMap;
use web::{
    Answer, Errors, Form, Path, Permit, T, Ui,
    components::{Crumbs, Overtaken, Wrong},
};

use super::{
    MergePeople, RecordError,
    actions::{say_distinct, seen, unite},
    edit::{label_key, told},
    model::Facts,
    store::{Post, Record, posts},
};

/// Which record's value stays, field by field: `kept` or `dropped`.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Choice {
    #[serde(flatten)]
    fields: HashMap<String, String>,
}

/// A field in both records.
struct Pair {
    field: &'static str,
    label: String,
    one: String,
    other: String,
    differs: bool,
    /// The value of the record that goes is proposed, because the other has none.
    other_chosen: bool,
}

#[derive(askama::Template)]
#[template(path = "registry/record/merge.html")]
struct MergePage<'a> {
    t: T,
    crumbs: Crumbs,
    wrong: Option<Wrong>,
    one: &'a Record,
    other: &'a Record,
    pairs: Vec<Pair>,
    posts: [(&'static str, &'a [Post]); 2],
}

async fn page(
    ui: &Ui,
    db: &Db,
    permit: &Permit<MergePeople>,
    (kept, dropped): (PersonId, PersonId),
    choice: &Choice,
    errors: &Errors,
) -> Answer {
    let t = ui.t;
    let mut conn = db.read().await?;
    if kept == dropped {
        return Err(web::WebError::NotFound);
    }
    let one = seen(&mut conn, &permit.actor, kept).await?;
    let other = seen(&mut conn, &permit.actor, dropped).await?;
    let today = db.today();
    let (one_posts, other_posts) = (posts(&mut conn, kept, today).await?, posts(&mut conn, dropped, today).await?);
    drop(conn);
    let pairs = one
        .facts
        .values()
        .into_iter()
        .zip(other.facts.values())
        .map(|((field, a), (_, b))| Pair {
            field,
            label: t.get(label_key(field)).into_owned(),
            one: told(t, field, a.as_deref()),
            other: told(t, field, b.as_deref()),
            differs: a != b,
            other_chosen: match choice.fields.get(field) {
                Some(chosen) => chosen == "dropped",
                None => a.is_none(),
            },
        })
        .collect();
    let body = MergePage {
        t,
        crumbs: Crumbs::to(t, t.get("record-merge"))
            .by("/people", t.get("registry-title"))
            .by("/people/doubles", t.get("doubles-title")),
        wrong: Wrong::of(t, errors),
        one: &one,
        other: &other,
        pairs,
        posts: [("record-merge-kept", &one_posts), ("record-merge-dropped", &other_posts)],
    };
    ui.page_with(Overtaken::status(None, errors), t.get("record-merge"), &body)
}

/// GET /people/{person}/union/{other}
pub(super) async fn get(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<MergePeople>,
    Path(pair): Path<(PersonId, PersonId)>,
) -> Answer {
    page(&ui, &db, &permit, pair, &Choice::default(), &Errors::new()).await
}

/// The values that stay.
fn chosen(one: &Facts, other: &Facts, choice: &Choice) -> Facts {
    let takes = |field: &str| choice.fields.get(field).is_some_and(|c| c == "dropped");
    let mut facts = one.clone();
    macro_rules! take {
        ($($field:ident),*) => {$(
            if takes(stringify!($field)) {
                facts.$field.clone_from(&other.$field);
            }
        )*};
    }
    take!(full_name, gender, birth_date, education, theory, management, rank, languages, it_skill, phone, email);
    facts
}

/// POST /people/{person}/union/{other}: the other's facts follow to the person, and it leaves the register.
pub(super) async fn post(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<MergePeople>,
    Path((kept, dropped)): Path<(PersonId, PersonId)>,
    Form(choice): Form<Choice>,
) -> Answer {
    let mut conn = db.read().await?;
    let one = seen(&mut conn, &permit.actor, kept).await?;
    let other = seen(&mut conn, &permit.actor, dropped).await?;
    drop(conn);
    let facts = chosen(&one.facts, &other.facts, &choice);
    match unite(&db, &permit, kept, dropped, &facts).await {
        Ok(()) => Ok(ui.see_with(&format!("/people/{kept}"), "record-merged", &[("code", other.code)])),
        Err(RecordError::Clash(key, what)) => {
            let mut errors = Errors::new();
            errors.add_with("", key, vec![("what", what.into())]);
            page(&ui, &db, &permit, (kept, dropped), &choice, &errors).await
        }
        Err(error) => Err(error.into()),
    }
}

/// POST /people/{person}/distinction/{other}: they are two people.
pub(super) async fn post_distinct(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<MergePeople>,
    Path((one, other)): Path<(PersonId, PersonId)>,
) -> Answer {
    say_distinct(&db, &permit, one, other).await?;
    Ok(ui.see_with("/people/doubles", "record-distinct-said", &[]))
}
