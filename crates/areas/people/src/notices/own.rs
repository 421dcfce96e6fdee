//! Where one's letters go, and of what one wants none.

use ::store::{Change, Db};
use axum::extract::State;
use web::{
    Answer, Errors, Form, T, Ui,
    components::{Crumbs, Field, Overtaken, Wrong},
    permit::SignedIn,
};

use super::{
    model::{Kind, kinds},
    store::{ADD_CHOICE, CLEAR_CHOICES, choices, own_email},
};
use crate::{accounts::set_email, registry::record::model::is_address};

/// Most characters of an address.
const ADDRESS_MOST: usize = 120;

/// A kind with its box.
struct Box {
    code: &'static str,
    name: String,
    wanted: bool,
}

#[derive(askama::Template)]
#[template(path = "notices/own.html")]
struct OwnPage<'a> {
    t: T,
    crumbs: Crumbs,
    wrong: Option<Wrong>,
    email: Field<'a>,
    boxes: Vec<Box>,
    always: Vec<String>,
}

fn page(ui: &Ui, email: &str, errors: &Errors, wanted: impl Fn(&Kind) -> bool) -> Answer {
    let t = ui.t;
    let (optional, always): (Vec<&Kind>, Vec<&Kind>) = kinds().into_iter().partition(|kind| kind.optional);
    let page = OwnPage {
        t,
        crumbs: Crumbs::to(t, t.get("notices-own")).by("/notices", t.get("notices-title")),
        wrong: Wrong::of(t, errors),
        email: Field::new(t, errors, "email", "notices-email", email)
            .kind("email")
            .hint("notices-email-hint")
            .autocomplete("email")
            .class("wide"),
        boxes: optional
            .into_iter()
            .map(|kind| Box { code: kind.code, name: kind.name(t), wanted: wanted(kind) })
            .collect(),
        always: always.into_iter().map(|kind| kind.name(t)).collect(),
    };
    ui.page_with(Overtaken::status(None, errors), t.get("notices-own"), &page)
}

/// GET /me/notices
pub(super) async fn get(ui: Ui, State(db): State<Db>, who: SignedIn) -> Answer {
    let mut conn = db.read().await?;
    let email = own_email(&mut conn, who.actor.account).await?;
    let declined = choices(&mut conn, who.actor.account).await?;
    drop(conn);
    page(&ui, &email, &Errors::new(), |kind| !declined.iter().any(|code| code == kind.code))
}

/// POST /me/notices
pub(super) async fn post(
    ui: Ui,
    State(db): State<Db>,
    who: SignedIn,
    Form(typed): Form<Vec<(String, String)>>,
) -> Answer {
    let actor = &who.actor;
    let email = typed.iter().find(|(name, _)| name == "email").map_or("", |(_, value)| value.as_str());
    let wants = |kind: &Kind| typed.iter().any(|(name, value)| name == "kind" && value == kind.code);
    let mut errors = Errors::new();
    let address = errors.line_or_empty(ui.t, "email", "notices-email", email, ADDRESS_MOST);
    if !address.is_empty() && !is_address(&address) {
        errors.add("email", "record-fault-email");
    }
    if !errors.is_empty() {
        return page(&ui, email, &errors, wants);
    }
    let declined: Vec<&str> =
        kinds().into_iter().filter(|kind| kind.optional && !wants(kind)).map(|kind| kind.code).collect();
    db.write(async |tx| {
        set_email(tx, actor, &address).await?;
        let before = choices(tx, actor.account).await?;
        tx.exec(&CLEAR_CHOICES, &[&actor.account]).await?;
        for code in &declined {
            tx.exec(&ADD_CHOICE, &[&actor.account, code]).await?;
        }
        tx.audit(actor, "notices.letters.chosen", actor.account, Change::changed(&before, &declined))
    })
    .await?;
    Ok(ui.see_with("/me/notices", "notices-own-saved", &[]))
}
