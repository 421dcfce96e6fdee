//! Asking lecturers whether they teach in a class, and their answers: in the application, or by a visiting lecturer's personal link.

use ::store::{Change, Db};
use axum::{extract::State, http::StatusCode};
use kernel::{AccountId, ClassId, OfferId};
use people::{
    notice_kind,
    notices::{Kind, Notice, Recipient, Who, tell},
};
use serde::{Deserialize, Serialize};
use web::{
    Answer, Errors, Form, Path, Permit, T, Ui, WebError,
    components::{Field, Wrong},
};

use super::{
    AnswerOffers, LecturerError,
    store::{
        self, ANSWER, ASKABLE, Asked, Coming, INSERT_OFFER, LOCK_OFFER, OPEN_OFFER, asked, coming, offers_of_class,
    },
};
use crate::{
    classes::{self, label},
    timetable::{self, EditTimetables},
};

notice_kind! {
    /// A lecturer is asked whether they teach in a class.
    OFFERED = Kind::new("lecturers.offered", &["class", "programme", "from", "to", "by"])
}

/// Most characters of a reason.
const REASON_MOST: usize = 300;

#[derive(Serialize)]
struct Offered {
    accounts: Vec<AccountId>,
}

/// Asks everybody whom the draft of a class names for half-days to come and who has not been asked, or has declined before. Gives how many.
///
/// # Errors
/// [`LecturerError::NotFound`]; the database's failure.
pub async fn offer(db: &Db, permit: &Permit<EditTimetables>, class: ClassId) -> Result<usize, LecturerError> {
    db.write(async |tx| {
        let line = classes::class(tx, &permit.actor, class).await?;
        let line = line.filter(|line| line.state.is_alive()).ok_or(LecturerError::NotFound)?;
        let today = tx.today();
        let accounts: Vec<(AccountId,)> = tx.all(&ASKABLE, &[&class, &today]).await?;
        let now = tx.now();
        for (account,) in &accounts {
            let id = OfferId::new(tx.ids());
            tx.exec(&INSERT_OFFER, &[&id, &class, account, &permit.actor.name, &now]).await?;
            let facts = vec![
                ("class", line.label().into()),
                ("programme", line.programme.as_str().into()),
                ("from", line.starts_on.into()),
                ("to", line.ends_on.into()),
                ("by", permit.actor.name.as_str().into()),
            ];
            let to = vec![Recipient::new(Who::Account(*account), "/teaching")];
            let told = Notice { kind: &OFFERED, about: class.to_string(), key: id.to_string(), facts, to };
            tell(tx, [told]).await?;
        }
        if !accounts.is_empty() {
            let offered = Offered { accounts: accounts.iter().map(|(account,)| *account).collect() };
            tx.audit(&permit.actor, "lecturers.offer.made", class, Change::created(&offered))?;
        }
        Ok(accounts.len())
    })
    .await
}

#[derive(Serialize)]
struct Answered<'a> {
    offer: OfferId,
    answer: &'a str,
    reason: &'a str,
}

/// A lecturer answers an offer of their own, once. Who declines leaves the draft of the class: its sittings are open again.
///
/// # Errors
/// [`LecturerError::NotFound`]; [`LecturerError::Answered`].
pub async fn answer(
    db: &Db,
    permit: &Permit<AnswerOffers>,
    offer: OfferId,
    accepts: bool,
    reason: &str,
) -> Result<(), LecturerError> {
    db.write(async |tx| {
        let own = permit.actor.account;
        tx.exec(&LOCK_OFFER, &[&offer, &own]).await?;
        let row: Option<(ClassId, Option<String>)> = tx.opt(&OPEN_OFFER, &[&offer, &own]).await?;
        let (class, before) = row.ok_or(LecturerError::NotFound)?;
        if before.is_some() {
            return Err(LecturerError::Answered);
        }
        let (answer, now) = (if accepts { "accepted" } else { "declined" }, tx.now());
        tx.exec(&ANSWER, &[&offer, &answer, &reason, &now]).await?;
        tx.audit(
            &permit.actor,
            "lecturers.offer.answered",
            class,
            Change::created(&Answered { offer, answer, reason }),
        )?;
        if !accepts {
            timetable::release(tx, &permit.actor, class, own).await?;
        }
        Ok(())
    })
    .await
}

/// What became of the offers of a class: name, message key of the answer, reason.
pub(crate) async fn told(
    conn: &mut ::store::Conn,
    class: ClassId,
) -> Result<Vec<(String, &'static str, String)>, ::store::StoreError> {
    let key = |answer: Option<&str>| match answer {
        Some("accepted") => "lecturers-offer-accepted",
        Some(_) => "lecturers-offer-declined",
        None => "lecturers-offer-open",
    };
    let all = offers_of_class(conn, class).await?;
    Ok(all.into_iter().map(|o| (o.name, key(o.answer.as_deref()), o.reason)).collect())
}

/// POST /classes/{class}/timetable/offers
pub(super) async fn post_offers(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditTimetables>,
    Path(class): Path<ClassId>,
) -> Answer {
    let back = format!("/classes/{class}/timetable");
    match offer(&db, &permit, class).await? {
        0 => Ok(ui.see_with(&back, "lecturers-offer-nobody", &[])),
        n => Ok(ui.see_with(&back, "lecturers-offered", &[("n", ui.t.num(n))])),
    }
}

struct Offer {
    asked: Asked,
    label: String,
    told: String,
    /// With what is wrong, of the offer that was just answered.
    reason: Option<Field<'static>>,
}

#[derive(askama::Template)]
#[template(path = "lecturers/teaching.html")]
struct TeachingPage {
    t: T,
    wrong: Option<Wrong>,
    offers: Vec<Offer>,
    sittings: Vec<(String, Coming)>,
}

async fn page(ui: &Ui, db: &Db, permit: &Permit<AnswerOffers>, tried: Option<OfferId>, errors: &Errors) -> Answer {
    let t = ui.t;
    let own = permit.actor.account;
    let mut conn = db.read().await?;
    let offers = asked(&mut conn, own).await?.into_iter().map(|asked| Offer {
        label: label(asked.number, asked.year),
        told: {
            let args = [
                ("by", asked.offered_by.as_str().into()),
                ("at", t.moment(asked.offered_at).into()),
                ("days", t.dates(asked.starts_on, asked.ends_on).into()),
            ];
            t.args("lecturers-asked-by", args).into_owned()
        },
        reason: (tried == Some(asked.id))
            .then(|| Field::new(t, errors, "reason", "lecturers-decline-reason", "").class("wide")),
        asked,
    });
    let sittings = coming(&mut conn, own, db.today()).await?.into_iter();
    let page = TeachingPage {
        t,
        wrong: Wrong::of(t, errors),
        offers: offers.collect(),
        sittings: sittings.map(|s| (label(s.number, s.year), s)).collect(),
    };
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    ui.page_with(status, t.get("lecturers-teaching"), &page)
}

/// GET /teaching: what one is to teach, and what one is asked.
pub(super) async fn get(ui: Ui, State(db): State<Db>, permit: Permit<AnswerOffers>) -> Answer {
    page(&ui, &db, &permit, None, &Errors::new()).await
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    answer: String,
    reason: String,
}

/// POST /teaching/offers/{offer}
pub(super) async fn post_answer(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<AnswerOffers>,
    Path(offer): Path<OfferId>,
    Form(typed): Form<Typed>,
) -> Answer {
    if store::own_offer(&mut db.read().await?, offer, permit.actor.account).await?.is_none() {
        return Err(WebError::NotFound);
    }
    let mut errors = Errors::new();
    let accepts = typed.answer == "accepted";
    let reason = if accepts {
        String::new()
    } else {
        errors.line(ui.t, "reason", "lecturers-decline-reason", &typed.reason, REASON_MOST)
    };
    if !errors.is_empty() {
        return page(&ui, &db, &permit, Some(offer), &errors).await;
    }
    answer(&db, &permit, offer, accepts, &reason).await?;
    let key = if accepts { "lecturers-offer-taken" } else { "lecturers-offer-refused" };
    Ok(ui.see_with("/teaching", key, &[]))
}
