//! Who acts, what they may do and whose data they may see.

use std::collections::BTreeSet;

use crate::{AccountId, PersonId, UnitId};

/// A permission with a stable name such as `classes.run`. One type per right, declared by the slice
/// that asks for it.
pub trait Right: Send + Sync + 'static {
    /// Stable name, `slice.verb`; listed in `docs/permissions.txt`.
    const NAME: &'static str;
}

/// Whose records an actor may see. It is bound into every query that reads people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// The whole province.
    Province,
    /// One commune and its offices.
    Commune(UnitId),
    /// Nobody but oneself.
    Own(PersonId),
    /// No record of a person at all (aggregates only).
    Nobody,
}

/// The signed-in person, as every action and query receives it.
#[derive(Debug, Clone)]
pub struct Actor {
    /// The account that signed in.
    pub account: AccountId,
    /// The account's sign-in name.
    pub username: String,
    /// Name shown in the frame and written into the audit.
    pub name: String,
    /// The role that gave the rights (stable code such as `school_training`).
    pub role: String,
    /// The person behind the account, when the register knows one.
    pub person: Option<PersonId>,
    /// The province in which the actor works, and with it the scheme: nothing of another one exists for them. None before
    /// a province is loaded. Bind it as a query parameter.
    pub province: Option<UnitId>,
    /// Whose records may be seen.
    pub scope: Scope,
    /// Names of the rights held.
    pub rights: BTreeSet<&'static str>,
    /// The officer on leave with whose role, scope and rights this account acts; none when they are its own.
    pub on_behalf_of: Option<Officer>,
}

/// Somebody on whose behalf a deputy acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Officer {
    /// Sign-in name, written into the audit.
    pub username: String,
    /// Name shown.
    pub name: String,
}

impl Actor {
    /// The one place where a permission is decided.
    #[must_use]
    pub fn may(&self, right: &str) -> bool {
        self.rights.contains(right)
    }

    /// The commune the actor is confined to, if any. Bind it as a query parameter.
    #[must_use]
    pub fn commune(&self) -> Option<UnitId> {
        if let Scope::Commune(unit) = self.scope { Some(unit) } else { None }
    }

    /// The only person the actor may see, if confined to one. Bind it as a query parameter.
    #[must_use]
    pub fn own_person(&self) -> Option<PersonId> {
        if let Scope::Own(person) = self.scope { Some(person) } else { None }
    }

    /// Whether the actor may see no person's record at all. Bind it as a query parameter.
    #[must_use]
    pub fn sees_nobody(&self) -> bool {
        self.scope == Scope::Nobody
    }
}
