//! A page that a lecturer has of their own and the school of each of them.

use ::store::Db;
use kernel::{AccountId, Actor};
use web::{T, WebError, components::Crumbs};

use super::pages::find;

/// Whose page it is.
pub(super) struct Place {
    pub account: AccountId,
    pub crumbs: Crumbs,
    pub name: String,
    /// Its address.
    pub here: String,
    pub own: bool,
}

impl Place {
    /// `/me/{page}` of the actor; `title` is the key of its heading.
    pub(super) fn own(t: T, actor: &Actor, page: &str, title: &str) -> Self {
        Self {
            account: actor.account,
            crumbs: Crumbs::to(t, t.get(title)).by("/teaching", t.get("lecturers-teaching")),
            name: actor.name.clone(),
            here: format!("/me/{page}"),
            own: true,
        }
    }

    /// `/lecturers/{id}/{page}`.
    pub(super) async fn of(
        t: T,
        (db, actor): (&Db, &Actor),
        id: AccountId,
        page: &str,
        title: &str,
    ) -> Result<Self, WebError> {
        let lecturer = find(db, actor, id).await?;
        let of = format!("/lecturers/{id}");
        Ok(Self {
            account: id,
            here: format!("{of}/{page}"),
            crumbs: Crumbs::to(t, t.get(title))
                .by("/lecturers", t.get("lecturers-title"))
                .by(of, lecturer.name.clone()),
            name: lecturer.name,
            own: false,
        })
    }
}
