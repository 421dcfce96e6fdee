//! The list of rooms and the form of one.

use std::collections::HashMap;

use ::store::Db;
use axum::extract::State;
use kernel::{Actor, VenueId};
use serde::Deserialize;
use web::{
    Answer, Errors, Form, Path, Permit, T, Ui, WebError,
    components::{Choice, Crumbs, Field, Overtaken, Select, Wrong},
};

use super::{
    EditRooms, ReadClasses,
    actions::{RoomDraft, RoomError, add_room, change_room},
    store::{self, FIELD, ROOM, Room, coming},
};
use crate::scheme;

/// Most characters of a name.
const NAME_MOST: usize = 80;
/// Most characters of an address.
const ADDRESS_MOST: usize = 200;
/// Most seats.
const SEATS_MOST: i64 = 2000;

/// A room with what the list says of it.
struct Shown {
    room: Room,
    closed: bool,
    classes: i64,
}

#[derive(askama::Template)]
#[template(path = "classes/rooms/list.html")]
struct ListPage {
    t: T,
    crumbs: Crumbs,
    rooms: Vec<Shown>,
    in_use: usize,
    edits: bool,
}

/// GET /rooms
pub(super) async fn list(ui: Ui, State(db): State<Db>, permit: Permit<ReadClasses>) -> Answer {
    let t = ui.t;
    let mut conn = db.read().await?;
    let today = db.today();
    let mut rooms = Vec::new();
    if let Some(scheme) = scheme::of(&mut conn, &permit.actor).await? {
        let coming: HashMap<VenueId, i64> = coming(&mut conn, scheme.id, today).await?.into_iter().collect();
        let classes = |room: &Room| coming.get(&room.id).copied().unwrap_or(0);
        let all = store::rooms(&mut conn, scheme.id).await?.into_iter();
        rooms.extend(all.map(|room| Shown { closed: room.closed_on(today), classes: classes(&room), room }));
    }
    rooms.sort_by_key(|shown| shown.closed);
    let in_use = rooms.iter().filter(|shown| !shown.closed).count();
    let crumbs = Crumbs::to(t, t.get("rooms-title")).by("/classes", t.get("classes-nav"));
    ui.page(t.get("rooms-title"), &ListPage { t, crumbs, rooms, in_use, edits: ui.may("rooms.edit") })
}

/// A room as typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    name: String,
    kind: String,
    address: String,
    seats: String,
    closed_from: String,
    /// The edition that the form was made from.
    seen: String,
}

impl Typed {
    fn of(room: &Room) -> Self {
        Self {
            name: room.name.clone(),
            kind: room.kind.clone(),
            address: room.address.clone(),
            seats: room.seats.to_string(),
            closed_from: room.closed_from.map(|day| day.to_string()).unwrap_or_default(),
            seen: room.edition.to_string(),
        }
    }

    /// The room, or what is wrong at which field.
    fn read(&self, t: T, errors: &mut Errors) -> Option<RoomDraft> {
        let name = errors.line(t, "name", "rooms-name", &self.name, NAME_MOST);
        let kind = errors.choice(
            t,
            "kind",
            "rooms-kind",
            if self.kind.is_empty() { ROOM } else { &self.kind },
            &[ROOM, FIELD],
        );
        let address = errors.line_or_empty(t, "address", "rooms-address", &self.address, ADDRESS_MOST);
        let seats = errors.whole(t, "seats", "rooms-seats", &self.seats, &(1..=SEATS_MOST));
        let closed_from = match self.closed_from.trim() {
            "" => None,
            day => day.parse().map_err(|_| errors.add("closed_from", "classes-date-unread")).ok(),
        };
        Some(RoomDraft { name, kind: kind.to_owned(), address, seats: seats?, closed_from })
            .filter(|_| errors.is_empty())
    }
}

#[derive(askama::Template)]
#[template(path = "classes/rooms/room.html")]
struct RoomPage<'a> {
    t: T,
    crumbs: Crumbs,
    heading: String,
    wrong: Option<Wrong>,
    overtaken: Option<Overtaken>,
    action: String,
    /// Of a room that is there already.
    seen: Option<&'a str>,
    kinds: Select<'a>,
    fields: Vec<Field<'a>>,
}

/// The form of a room that is there, or of a new one.
fn form(ui: &Ui, room: Option<VenueId>, typed: &Typed, errors: &Errors, overtaken: Option<Overtaken>) -> Answer {
    let t = ui.t;
    let heading = t.get(if room.is_some() { "rooms-change" } else { "rooms-add" }).into_owned();
    let mut fields = vec![
        Field::new(t, errors, "name", "rooms-name", &typed.name).required().class("wide"),
        Field::new(t, errors, "address", "rooms-address", &typed.address).hint("rooms-address-hint").class("wide"),
        Field::new(t, errors, "seats", "rooms-seats", &typed.seats).kind("number").required().class("short"),
    ];
    let kinds = [ROOM, FIELD].map(|kind| Choice::new(kind, t.get(format!("rooms-kind-{kind}"))));
    if room.is_some() {
        let field = Field::new(t, errors, "closed_from", "rooms-closed-from", &typed.closed_from);
        fields.push(field.kind("date").hint("rooms-closed-from-hint"));
    }
    let status = Overtaken::status(overtaken.as_ref(), errors);
    let page = RoomPage {
        t,
        crumbs: Crumbs::to(t, heading.clone()).by("/classes", t.get("classes-nav")).by("/rooms", t.get("rooms-title")),
        wrong: Wrong::of(t, errors),
        overtaken,
        action: room.map_or_else(|| "/rooms".to_owned(), |room| format!("/rooms/{room}")),
        seen: room.map(|_| typed.seen.as_str()),
        kinds: Select::new(t, errors, "kind", "rooms-kind", &typed.kind, &kinds),
        fields,
        heading,
    };
    ui.page_with(status, &page.heading, &page)
}

/// GET /rooms/new
pub(super) async fn get_new(ui: Ui, _permit: Permit<EditRooms>) -> Answer {
    form(&ui, None, &Typed::default(), &Errors::new(), None)
}

/// POST /rooms
pub(super) async fn post_new(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditRooms>,
    Form(typed): Form<Typed>,
) -> Answer {
    let mut errors = Errors::new();
    if let Some(draft) = typed.read(ui.t, &mut errors) {
        match add_room(&db, &permit, &draft).await {
            Ok(_) => return Ok(ui.see_with("/rooms", "rooms-added", &[("name", draft.name)])),
            Err(error) => told(ui.t, error, &mut errors)?,
        }
    }
    form(&ui, None, &typed, &errors, None)
}

async fn room(db: &Db, actor: &Actor, id: VenueId) -> Result<Room, WebError> {
    let mut conn = db.read().await?;
    let scheme = scheme::of(&mut conn, actor).await?.ok_or(WebError::NotFound)?.id;
    store::rooms(&mut conn, scheme).await?.into_iter().find(|r| r.id == id).ok_or(WebError::NotFound)
}

/// GET /rooms/{room}
pub(super) async fn get(ui: Ui, State(db): State<Db>, permit: Permit<EditRooms>, Path(id): Path<VenueId>) -> Answer {
    form(&ui, Some(id), &Typed::of(&room(&db, &permit.actor, id).await?), &Errors::new(), None)
}

/// POST /rooms/{room}: saves, unless somebody saved the room after the form was made.
pub(super) async fn post(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditRooms>,
    Path(id): Path<VenueId>,
    Form(mut typed): Form<Typed>,
) -> Answer {
    room(&db, &permit.actor, id).await?;
    let mut errors = Errors::new();
    if let Some(draft) = typed.read(ui.t, &mut errors) {
        match change_room(&db, &permit, id, &draft, typed.seen.parse().unwrap_or(0)).await {
            Ok(()) => return Ok(ui.see_with("/rooms", "rooms-changed", &[("name", draft.name)])),
            Err(RoomError::Overtaken) => {
                let now = room(&db, &permit.actor, id).await?;
                typed.seen = now.edition.to_string();
                return form(&ui, Some(id), &typed, &errors, Some(overtaken(ui.t, &now, &draft)));
            }
            Err(error) => told(ui.t, error, &mut errors)?,
        }
    }
    form(&ui, Some(id), &typed, &errors, None)
}

fn overtaken(t: T, now: &Room, typed: &RoomDraft) -> Overtaken {
    let day = |day: Option<_>| day.map_or_else(|| "–".to_owned(), |day: chrono::NaiveDate| t.date(day));
    Overtaken::by(t, now.changed_by.as_deref(), now.changed_at)
        .differs("rooms-name", &now.name, &typed.name)
        .differs("rooms-kind", t.get(format!("rooms-kind-{}", now.kind)), t.get(format!("rooms-kind-{}", typed.kind)))
        .differs("rooms-address", &now.address, &typed.address)
        .differs("rooms-seats", t.num(now.seats), t.num(typed.seats))
        .differs("rooms-closed-from", day(now.closed_from), day(typed.closed_from))
}

/// A refusal at its field; anything else is an error page.
fn told(t: T, error: RoomError, errors: &mut Errors) -> Result<(), WebError> {
    match error {
        RoomError::NotFound => return Err(WebError::NotFound),
        RoomError::Store(inner) => return Err(inner.into()),
        RoomError::Overtaken => return Err(WebError::Internal("a new room cannot be overtaken".to_owned())),
        RoomError::Taken(name) => errors.add_with("name", "rooms-taken", vec![("name", name.into())]),
        RoomError::KindInNeed { label } => errors.add_with("kind", "rooms-kind-in-need", vec![("label", label.into())]),
        RoomError::TooSmall { label, seats } => {
            errors.add_with("seats", "rooms-too-small", vec![("label", label.into()), ("seats", seats.into())]);
        }
        RoomError::InNeed { label, until } => {
            let args = vec![("label", label.into()), ("until", t.date(until).into())];
            errors.add_with("closed_from", "rooms-in-need", args);
        }
    }
    Ok(())
}
