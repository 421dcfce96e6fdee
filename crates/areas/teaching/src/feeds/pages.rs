//! Making a feed, and the feed.

use ::store::{Change, Db};
use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use chrono::Days;
use kernel::{Actor, ClassId, FeedId, VenueId};
use sha2::{Digest, Sha256};
use uuid::Uuid;
use web::{Answer, App, Path, Permit, T, Ui, WebError, components::Crumbs, permit::SignedIn};

use super::{
    ical,
    store::{self, END_FEEDS, INSERT_FEED},
};
use crate::{
    classes::{self, ReadClasses, label, rooms::EditRooms},
    scheme,
};

/// Days that a feed looks back.
const BACK: u64 = 60;

/// What a feed is of.
struct Of {
    kind: &'static str,
    thing: Uuid,
    /// As it is called, and where its page is.
    name: String,
    back: String,
    action: String,
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
}

fn own(t: T, actor: &Actor) -> Result<Of, WebError> {
    Ok(Of {
        kind: "own",
        thing: uuid(&actor.account)?,
        name: t.get("feeds-own").into_owned(),
        back: "/me".to_owned(),
        action: "/me/feed".to_owned(),
    })
}

fn uuid(id: &impl ToString) -> Result<Uuid, WebError> {
    id.to_string().parse().map_err(|_| WebError::NotFound)
}

async fn of_class(db: &Db, actor: &Actor, class: ClassId) -> Result<Of, WebError> {
    let line = classes::class(&mut db.read().await?, actor, class).await?.ok_or(WebError::NotFound)?;
    Ok(Of {
        kind: "class",
        thing: uuid(&class)?,
        name: label(line.number, line.year),
        back: format!("/classes/{class}"),
        action: format!("/classes/{class}/feed"),
    })
}

async fn of_room(db: &Db, actor: &Actor, room: VenueId) -> Result<Of, WebError> {
    let mut conn = db.read().await?;
    let scheme = scheme::of(&mut conn, actor).await?.ok_or(WebError::NotFound)?.id;
    let rooms = classes::rooms::rooms(&mut conn, scheme).await?;
    let found = rooms.into_iter().find(|r| r.id == room).ok_or(WebError::NotFound)?;
    Ok(Of {
        kind: "room",
        thing: uuid(&room)?,
        name: found.name,
        back: format!("/rooms/{room}"),
        action: format!("/rooms/{room}/feed"),
    })
}

async fn page(ui: &Ui, db: &Db, actor: &Actor, of: Of, address: Option<String>) -> Answer {
    let t = ui.t;
    let since = store::since(&mut db.read().await?, of.kind, of.thing, actor.account).await?;
    let title = t.get("feeds-title");
    let page = FeedPage {
        t,
        crumbs: Crumbs::to(t, title.clone()).by(of.back, of.name.clone()),
        name: of.name,
        action: of.action,
        since: since.map(|at| t.moment(at)),
        address,
    };
    ui.page(title, &page)
}

/// A new address for a feed; the one before ends.
async fn make(ui: &Ui, app: &App, actor: &Actor, of: Of) -> Answer {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|e| WebError::Internal(e.to_string()))?;
    let token = hex::encode(bytes);
    let hash = hex::encode(Sha256::digest(&token));
    let scheme = scheme::of(&mut app.db.read().await?, actor).await?.ok_or(WebError::NotFound)?.id;
    app.db
        .write(async |tx| {
            let (id, now) = (FeedId::new(tx.ids()), tx.now());
            tx.exec(&END_FEEDS, &[&of.kind, &of.thing, &actor.account, &now]).await?;
            tx.exec(&INSERT_FEED, &[&id, &scheme, &of.kind, &of.thing, &actor.account, &hash, &now]).await?;
            tx.audit(actor, "feeds.feed.made", id, Change::created(&(of.kind, of.thing)))?;
            Ok::<_, ::store::StoreError>(())
        })
        .await?;
    let address = format!("{}/feeds/{token}", app.base_url);
    page(ui, &app.db, actor, of, Some(address)).await
}

/// GET /me/feed
pub(super) async fn get_own(ui: Ui, State(db): State<Db>, SignedIn { actor }: SignedIn) -> Answer {
    let of = own(ui.t, &actor)?;
    page(&ui, &db, &actor, of, None).await
}

/// POST /me/feed
pub(super) async fn post_own(ui: Ui, State(app): State<App>, SignedIn { actor }: SignedIn) -> Answer {
    let of = own(ui.t, &actor)?;
    make(&ui, &app, &actor, of).await
}

/// GET /classes/{class}/feed
pub(super) async fn get_class(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ReadClasses>,
    Path(class): Path<ClassId>,
) -> Answer {
    let of = of_class(&db, &permit.actor, class).await?;
    page(&ui, &db, &permit.actor, of, None).await
}

/// POST /classes/{class}/feed
pub(super) async fn post_class(
    ui: Ui,
    State(app): State<App>,
    permit: Permit<ReadClasses>,
    Path(class): Path<ClassId>,
) -> Answer {
    let of = of_class(&app.db, &permit.actor, class).await?;
    make(&ui, &app, &permit.actor, of).await
}

/// GET /rooms/{room}/feed
pub(super) async fn get_room(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditRooms>,
    Path(room): Path<VenueId>,
) -> Answer {
    let of = of_room(&db, &permit.actor, room).await?;
    page(&ui, &db, &permit.actor, of, None).await
}

/// POST /rooms/{room}/feed
pub(super) async fn post_room(
    ui: Ui,
    State(app): State<App>,
    permit: Permit<EditRooms>,
    Path(room): Path<VenueId>,
) -> Answer {
    let of = of_room(&app.db, &permit.actor, room).await?;
    make(&ui, &app, &permit.actor, of).await
}

/// GET /feeds/{token}: the calendar, for whoever has its address; unchanged ones answer 304.
pub(super) async fn get_feed(ui: Ui, State(db): State<Db>, headers: HeaderMap, Path(token): Path<String>) -> Answer {
    let t = ui.t;
    let mut conn = db.read().await?;
    let hash = hex::encode(Sha256::digest(&token));
    let feed = store::by_hash(&mut conn, &hash).await?.ok_or(WebError::NotFound)?;
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
