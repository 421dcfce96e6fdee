//! Where a fee goes: one's own, and another's for whoever pays.

use ::store::Db;
use axum::extract::State;
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{AccountId, Actor};
use serde::Deserialize;
use web::{
    Answer, Errors, Form, Path, Permit, T, Ui, WebError,
    components::{Choice, Field, Overtaken, Select, Wrong},
};

use super::{
    PayLecturers,
    actions::{Saved, change, read_all},
    model::{PURPOSES, Payment, TaxFault, account_number, tax_code},
    store::{Kept, kept},
};
use crate::lecturers::{AnswerOffers, place::Place};

/// The last part of the page's address, and the key of its heading.
const PAGE: &str = "payment";
const TITLE: &str = "lecturers-payment";
/// Most characters of the name of a bank, of a holder, of the number of a contract.
const BANK_MOST: usize = 120;
const HOLDER_MOST: usize = 80;
const CONTRACT_MOST: usize = 60;

/// The form as typed.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::lecturers) struct Typed {
    seen: String,
    bank: String,
    number: String,
    holder: String,
    tax_code: String,
    contract: String,
    contract_on: String,
    /// `remove`, or nothing to save.
    act: String,
}

impl Typed {
    fn of(payment: Option<&Payment>, edition: i64) -> Self {
        let payment = payment.cloned().unwrap_or_default();
        Self {
            seen: edition.to_string(),
            bank: payment.bank,
            number: payment.number,
            holder: payment.holder,
            tax_code: payment.tax_code,
            contract: payment.contract,
            contract_on: payment.contract_on.map(|day| day.to_string()).unwrap_or_default(),
            act: String::new(),
        }
    }

    fn read(&self, t: T, errors: &mut Errors) -> Option<Payment> {
        let bank = errors.line(t, "bank", "lecturers-bank", &self.bank, BANK_MOST);
        let number = account_number(&self.number).unwrap_or_else(|| {
            errors.add("number", "lecturers-number-wrong");
            String::new()
        });
        let holder = errors.line(t, "holder", "lecturers-holder", &self.holder, HOLDER_MOST);
        let tax_code = match self.tax_code.trim() {
            "" => String::new(),
            typed => tax_code(typed).unwrap_or_else(|fault| {
                errors.add(
                    "tax_code",
                    match fault {
                        TaxFault::Shape => "lecturers-tax-shape",
                        TaxFault::Check => "lecturers-tax-check",
                    },
                );
                String::new()
            }),
        };
        let contract = errors.line_or_empty(t, "contract", "lecturers-contract-number", &self.contract, CONTRACT_MOST);
        let contract_on: Option<NaiveDate> =
            errors.day_or_empty(t, "contract_on", "lecturers-contract-on", &self.contract_on);
        match (self.contract.trim().is_empty(), self.contract_on.trim().is_empty()) {
            (true, false) => errors.add("contract", "lecturers-contract-half"),
            (false, true) => errors.add("contract_on", "lecturers-contract-half"),
            _ => {}
        }
        errors.is_empty().then_some(Payment { bank, number, holder, tax_code, contract, contract_on })
    }
}

fn own(t: T, actor: &Actor) -> Place {
    Place::own(t, actor, PAGE, TITLE)
}

async fn of(t: T, db: &Db, actor: &Actor, id: AccountId) -> Result<Place, WebError> {
    Place::of(t, (db, actor), id, PAGE, TITLE).await
}

/// Asked before anything is shown.
struct Ask<'a> {
    masked: String,
    purpose: Select<'a>,
}

#[derive(askama::Template)]
#[template(path = "lecturers/payment/page.html")]
struct PaymentPage<'a> {
    t: T,
    place: Place,
    wrong: Option<Wrong>,
    overtaken: Option<Overtaken>,
    changed: Option<(String, DateTime<Utc>)>,
    ask: Option<Ask<'a>>,
    form: Option<(&'a str, [Field<'a>; 6])>,
    /// Whether there is something that can be taken out.
    given: bool,
}

fn fields<'a>(t: T, errors: &Errors, typed: &'a Typed) -> [Field<'a>; 6] {
    let field = |name, key, value| Field::new(t, errors, name, key, value);
    [
        field("bank", "lecturers-bank", &typed.bank).hint("lecturers-bank-hint").required().class("wide"),
        field("number", "lecturers-number", &typed.number).required(),
        field("holder", "lecturers-holder", &typed.holder).hint("lecturers-holder-hint").required(),
        field("tax_code", "lecturers-tax", &typed.tax_code).hint("lecturers-tax-hint"),
        field("contract", "lecturers-contract-number", &typed.contract),
        field("contract_on", "lecturers-contract-on", &typed.contract_on).kind("date"),
    ]
}

fn changed(kept: Option<&Kept>) -> Option<(String, DateTime<Utc>)> {
    kept.map(|kept| (kept.changed_by.clone(), kept.changed_at))
}

fn form(
    ui: &Ui,
    place: Place,
    (kept, given): (Option<&Kept>, bool),
    typed: &Typed,
    errors: &Errors,
    overtaken: Option<Overtaken>,
) -> Answer {
    let t = ui.t;
    let status = Overtaken::status(overtaken.as_ref(), errors);
    let page = PaymentPage {
        t,
        place,
        wrong: Wrong::of(t, errors),
        overtaken,
        changed: changed(kept),
        ask: None,
        form: Some((&typed.seen, fields(t, errors, typed))),
        given,
    };
    ui.page_with(status, t.get("lecturers-payment"), &page)
}

fn ask(ui: &Ui, place: Place, kept: &Kept, payment: &Payment, typed: &str, errors: &Errors) -> Answer {
    let t = ui.t;
    let choices = PURPOSES.map(|code| Choice::new(code, t.get(format!("lecturers-purpose-{code}"))));
    let purpose = Select::new(t, errors, "purpose", "lecturers-purpose", typed, &choices).or_empty("lecturers-choose");
    let page = PaymentPage {
        t,
        place,
        wrong: Wrong::of(t, errors),
        overtaken: None,
        changed: changed(Some(kept)),
        ask: Some(Ask { masked: payment.masked(), purpose }),
        form: None,
        given: false,
    };
    ui.page_with(Overtaken::status(None, errors), t.get("lecturers-payment"), &page)
}

/// What lies there, opened for the program alone.
async fn found(db: &Db, actor: &Actor, account: AccountId) -> Result<(Option<Kept>, Option<Payment>), WebError> {
    let kept = kept(&mut db.read().await?, actor.province, account).await?;
    let payment = kept.as_ref().map(|kept| kept.opened(db.vault()?, account)).transpose()?.flatten();
    Ok((kept, payment))
}

/// GET /me/payment: one's own, in full.
pub(in crate::lecturers) async fn get_own(ui: Ui, State(db): State<Db>, permit: Permit<AnswerOffers>) -> Answer {
    let (kept, payment) = found(&db, &permit.actor, permit.actor.account).await?;
    let typed = Typed::of(payment.as_ref(), kept.as_ref().map_or(0, |kept| kept.edition));
    let place = own(ui.t, &permit.actor);
    form(&ui, place, (kept.as_ref(), payment.is_some()), &typed, &Errors::new(), None)
}

/// Saves what was typed, or takes out what is there.
async fn save(ui: &Ui, db: &Db, actor: &Actor, place: Place, mut typed: Typed) -> Answer {
    let t = ui.t;
    let mut errors = Errors::new();
    let removes = typed.act == "remove";
    let wanted = if removes { None } else { typed.read(t, &mut errors) };
    let mut overtaken = None;
    if errors.is_empty() {
        let seen: i64 = typed.seen.parse().unwrap_or(-1);
        match change(db, actor, place.account, wanted.as_ref(), seen).await? {
            Saved::Yes => {
                let said = if removes { "lecturers-payment-removed" } else { "lecturers-payment-saved" };
                return Ok(ui.see_with(&place.here, said, &[]));
            }
            // what the other one saved is read by opening the page again, with a purpose
            Saved::Overtaken(newer) => {
                let (by, at) = newer.as_ref().map(|kept| (kept.changed_by.as_str(), kept.changed_at)).unzip();
                overtaken = Some(Overtaken::by(t, by, at));
                typed.seen = newer.as_ref().map_or(0, |kept| kept.edition).to_string();
            }
        }
    }
    let (kept, payment) = found(db, actor, place.account).await?;
    form(ui, place, (kept.as_ref(), payment.is_some()), &typed, &errors, overtaken)
}

/// POST /me/payment
pub(in crate::lecturers) async fn post_own(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<AnswerOffers>,
    Form(typed): Form<Typed>,
) -> Answer {
    let place = own(ui.t, &permit.actor);
    save(&ui, &db, &permit.actor, place, typed).await
}

/// GET /lecturers/{lecturer}/payment: what for? An empty form while nothing is there to be read.
pub(in crate::lecturers) async fn get(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<PayLecturers>,
    Path(id): Path<AccountId>,
) -> Answer {
    let place = of(ui.t, &db, &permit.actor, id).await?;
    match found(&db, &permit.actor, id).await? {
        (Some(kept), Some(payment)) => ask(&ui, place, &kept, &payment, "", &Errors::new()),
        (kept, _) => {
            let typed = Typed::of(None, kept.as_ref().map_or(0, |kept| kept.edition));
            form(&ui, place, (kept.as_ref(), false), &typed, &Errors::new(), None)
        }
    }
}

/// Why it is read.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::lecturers) struct Purpose {
    purpose: String,
}

/// POST /lecturers/{lecturer}/payment: records who reads it and what for, and shows it.
pub(in crate::lecturers) async fn post_reading(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<PayLecturers>,
    Path(id): Path<AccountId>,
    Form(typed): Form<Purpose>,
) -> Answer {
    let place = of(ui.t, &db, &permit.actor, id).await?;
    let (Some(kept), Some(payment)) = found(&db, &permit.actor, id).await? else { return Ok(ui.see(&place.here)) };
    let mut errors = Errors::new();
    let purpose = errors.choice(ui.t, "purpose", "lecturers-purpose", &typed.purpose, &PURPOSES);
    let Some(purpose) = PURPOSES.into_iter().find(|code| *code == purpose) else {
        return ask(&ui, place, &kept, &payment, &typed.purpose, &errors);
    };
    let read = read_all(&db, &permit, &[id], purpose).await?;
    let typed = Typed::of(read.first().map(|(_, payment)| payment), kept.edition);
    form(&ui, place, (Some(&kept), !read.is_empty()), &typed, &errors, None)
}

/// POST /lecturers/{lecturer}/payment/details
pub(in crate::lecturers) async fn post(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<PayLecturers>,
    Path(id): Path<AccountId>,
    Form(typed): Form<Typed>,
) -> Answer {
    let place = of(ui.t, &db, &permit.actor, id).await?;
    save(&ui, &db, &permit.actor, place, typed).await
}
