//! Making a feed, and the feed.

use ::store::{Change, Db};
use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use chrono::Days;
use kernel::{AccountId, Actor, ClassId, FeedId, VenueId};
use people::accounts::{secret, token_hash};
use serde::Serialize;
use sha2::{Digest, Sha256};
use web::{Answer, App, Path, Permit, T, Ui, WebError, components::Crumbs, permit::SignedIn};

use super::{
    ical,
    store::{self, END_FEEDS, INSERT_FEED, Of},
};
use crate::{
    classes::{self, ReadClasses, rooms::EditRooms},
    lecturers::{EditLecturers, lecturers},
    scheme,
};

/// Days that a feed looks back.
const BACK: u64 = 60;

/// A feed's page: what it is of, how that is called and where its own page is.
struct Place {
    of: Of,
    /// Whose feed it is: whoever makes it, or the lecturer for whom the school does.
    owner: AccountId,
    name: String,
    back: String,
}

impl Place {
    /// Where the feed is made.
    fn action(&self) -> String {
        format!("{}/feed", self.back)
    }
}

#[derive(askama::Template)]
#[template(path = "feeds/feed.html")]
struct FeedPage {
    t: T,
    crumbs: Crumbs,
    name: String,
    action: String,
    since: Option<String>,
    /// The address, shown once.
    address: Option<String>,
    /// Where it is ended without a new one; of a lecturer's alone.
    ending: Option<String>,
}

fn own(t: T, actor: &Actor) -> Place {
    Place { of: Of::Own, owner: actor.account, name: t.get("feeds-own").into_owned(), back: "/me".to_owned() }
}

async fn of_lecturer(db: &Db, actor: &Actor, id: AccountId) -> Result<Place, WebError> {
    let all = lecturers(&mut db.read().await?, actor).await?;
    let found = all.into_iter().find(|l| l.id == id).ok_or(WebError::NotFound)?;
    Ok(Place { of: Of::Own, owner: id, name: found.name, back: format!("/lecturers/{id}") })
}

async fn of_class(db: &Db, actor: &Actor, class: ClassId) -> Result<Place, WebError> {
    let line = classes::class(&mut db.read().await?, actor, class).await?.ok_or(WebError::NotFound)?;
    Ok(Place { of: Of::Class(class), owner: actor.account, name: line.label(), back: format!("/classes/{class}") })
}

async fn of_room(db: &Db, actor: &Actor, room: VenueId) -> Result<Place, WebError> {
    let mut conn = db.read().await?;
    let scheme = scheme::of(&mut conn, actor).await?.ok_or(WebError::NotFound)?.id;
    let rooms = classes::rooms::rooms(&mut conn, scheme).await?;
    let found = rooms.into_iter().find(|r| r.id == room).ok_or(WebError::NotFound)?;
    Ok(Place { of: Of::Room(room), owner: actor.account, name: found.name, back: format!("/rooms/{room}") })
}

async fn page(ui: &Ui, db: &Db, place: Place, address: Option<String>) -> Answer {
    let t = ui.t;
    let since = store::since(&mut db.read().await?, place.owner, place.of).await?;
    let title = t.get("feeds-title");
    let page = FeedPage {
        t,
        action: place.action(),
        ending: (since.is_some() && place.back.starts_with("/lecturers/"))
            .then(|| format!("{}/revocation", place.action())),
        crumbs: Crumbs::to(t, title.clone()).by(place.back, place.name.clone()),
        name: place.name,
        since: since.map(|at| t.moment(at)),
        address,
    };
    ui.page(title, &page)
}

#[derive(Serialize)]
struct Made {
    owner: AccountId,
    class: Option<ClassId>,
    room: Option<VenueId>,
}

/// A new address for a feed; the one before ends.
async fn make(ui: &Ui, app: &App, actor: &Actor, place: Place) -> Answer {
    let token = secret().map_err(|e| WebError::Internal(e.to_string()))?;
    let hash = token_hash(&token);
    let (class, room) = (place.of.class(), place.of.room());
    let scheme = scheme::of(&mut app.db.read().await?, actor).await?.ok_or(WebError::NotFound)?.id;
    app.db
        .write(async |tx| {
            let (id, now) = (FeedId::new(tx.ids()), tx.now());
            tx.exec(&END_FEEDS, &[&place.owner, &class, &room, &now]).await?;
            tx.exec(&INSERT_FEED, &[&id, &scheme, &place.owner, &class, &room, &hash, &now]).await?;
            tx.audit(actor, "feeds.feed.made", id, Change::created(&Made { owner: place.owner, class, room }))?;
            Ok::<_, ::store::StoreError>(())
        })
        .await?;
    let address = format!("{}/feeds/{token}", app.base_url);
    page(ui, &app.db, place, Some(address)).await
}

/// GET /me/feed
pub(super) async fn get_own(ui: Ui, State(db): State<Db>, SignedIn { actor }: SignedIn) -> Answer {
    page(&ui, &db, own(ui.t, &actor), None).await
}

/// POST /me/feed
pub(super) async fn post_own(ui: Ui, State(app): State<App>, SignedIn { actor }: SignedIn) -> Answer {
    make(&ui, &app, &actor, own(ui.t, &actor)).await
}

/// GET /classes/{class}/feed
pub(super) async fn get_class(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ReadClasses>,
    Path(class): Path<ClassId>,
) -> Answer {
    let place = of_class(&db, &permit.actor, class).await?;
    page(&ui, &db, place, None).await
}

/// POST /classes/{class}/feed
pub(super) async fn post_class(
    ui: Ui,
    State(app): State<App>,
    permit: Permit<ReadClasses>,
    Path(class): Path<ClassId>,
) -> Answer {
    let place = of_class(&app.db, &permit.actor, class).await?;
    make(&ui, &app, &permit.actor, place).await
}

/// GET /rooms/{room}/feed
pub(super) async fn get_room(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditRooms>,
    Path(room): Path<VenueId>,
) -> Answer {
    let place = of_room(&db, &permit.actor, room).await?;
    page(&ui, &db, place, None).await
}

/// POST /rooms/{room}/feed
pub(super) async fn post_room(
    ui: Ui,
    State(app): State<App>,
    permit: Permit<EditRooms>,
    Path(room): Path<VenueId>,
) -> Answer {
    let place = of_room(&app.db, &permit.actor, room).await?;
    make(&ui, &app, &permit.actor, place).await
}

/// GET /lecturers/{lecturer}/feed
pub(super) async fn get_lecturer(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditLecturers>,
    Path(id): Path<AccountId>,
) -> Answer {
    let place = of_lecturer(&db, &permit.actor, id).await?;
    page(&ui, &db, place, None).await
}

/// POST /lecturers/{lecturer}/feed: for a lecturer who does not make it themselves; the one they had ends.
pub(super) async fn post_lecturer(
    ui: Ui,
    State(app): State<App>,
    permit: Permit<EditLecturers>,
    Path(id): Path<AccountId>,
) -> Answer {
    let place = of_lecturer(&app.db, &permit.actor, id).await?;
    make(&ui, &app, &permit.actor, place).await
}

/// POST /lecturers/{lecturer}/feed/revocation: the address opens nothing any more.
pub(super) async fn post_revocation(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditLecturers>,
    Path(id): Path<AccountId>,
) -> Answer {
    let place = of_lecturer(&db, &permit.actor, id).await?;
    let actor = &permit.actor;
    db.write(async |tx| {
        let now = tx.now();
        let (class, room) = (place.of.class(), place.of.room());
        let ended = tx.exec(&END_FEEDS, &[&place.owner, &class, &room, &now]).await?;
        tx.audit(actor, "feeds.feed.ended", place.owner, Change::created(&ended))
    })
    .await?;
    Ok(ui.see_with(&place.action(), "feeds-ended", &[]))
}

/// GET /feeds/{token}: the calendar, for whoever has its address; unchanged ones answer 304.
pub(super) async fn get_feed(ui: Ui, State(db): State<Db>, headers: HeaderMap, Path(token): Path<String>) -> Answer {
    let t = ui.t;
    let mut conn = db.read().await?;
    let feed = store::by_hash(&mut conn, &token_hash(&token)).await?.ok_or(WebError::NotFound)?;
    let from = db.today().checked_sub_days(Days::new(BACK)).unwrap_or_else(|| db.today());
    let lines = store::lines(&mut conn, &feed, from).await?;
    let rules = scheme::rules(&mut conn, feed.scheme_id, db.today()).await?;
    drop(conn);
    let text = ical::feed(t, &t.get("feeds-calendar"), rules.half_day_hours, &lines);
    let tag = format!("\"{}\"", hex::encode(Sha256::digest(&text)));
    let known = headers.get(header::IF_NONE_MATCH).and_then(|v| v.to_str().ok()) == Some(tag.as_str());
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let mut response = Response::new(Body::from(text));
        let kind = HeaderValue::from_static("text/calendar; charset=utf-8");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        response
    };
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    Ok(response)
}
