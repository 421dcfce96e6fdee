//! Many accounts in one step: those that are missing are made, those that nobody ever opened get a new first password.
//! The passwords leave the program once, on paper.

use std::collections::HashSet;

use ::store::{By, Change, Conn, Db, StoreError, Tx, sql};
use chrono::{DateTime, NaiveDate, Utc};
use documents::letter::{Letter, LetterHead};
use kernel::{AccountId, Actor, PersonId, UnitId};
use tokio::task::JoinSet;
use web::{App, Lang, Permit, T, WebError};

use super::{
    ManageAccounts,
    actions::{AccountInput, insert, lift, one_time_password},
    password,
    setup::good_username,
    store::{END_OTHERS, SET_PASSWORD},
};
use crate::organisation::{province_name, titled};

/// Most accounts of one step: their passwords are hashed while somebody waits.
pub const MOST_AT_ONCE: usize = 400;

/// What is to be printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Issue {
    /// Accounts for those who have none.
    New,
    /// New first passwords for accounts with which nobody ever signed in.
    Again,
}

impl Issue {
    /// As forms send it.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "new" => Some(Self::New),
            "again" => Some(Self::Again),
            _ => None,
        }
    }
}

/// Why nothing was printed.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    /// Nobody is left for whom something is to be done.
    #[error("nobody is left")]
    Nobody,
    /// More than [`MOST_AT_ONCE`].
    #[error("{0} at once")]
    TooMany(usize),
    /// The system's randomness or a thread failed.
    #[error("{0}")]
    System(String),
    /// The database's failure.
    #[error("issuing accounts")]
    Store(#[from] StoreError),
}

impl From<IssueError> for WebError {
    fn from(error: IssueError) -> Self {
        match error {
            IssueError::Nobody => Self::refused("accounts-issue-nobody"),
            IssueError::TooMany(many) => {
                Self::refused_with("accounts-issue-too-many", [("many", many.into()), ("most", MOST_AT_ONCE.into())])
            }
            IssueError::System(error) => Self::Internal(error),
            // somebody else made the same accounts at this moment
            IssueError::Store(error) if error.is_unique("username") => Self::refused("accounts-issue-overtaken"),
            IssueError::Store(error) => Self::Store(error),
        }
    }
}

/// A first password with its hash.
struct Secret {
    password: String,
    hash: String,
}

/// First passwords, hashed as fast as the machine may.
async fn secrets(many: usize) -> Result<Vec<Secret>, IssueError> {
    if many == 0 {
        return Err(IssueError::Nobody);
    }
    if many > MOST_AT_ONCE {
        return Err(IssueError::TooMany(many));
    }
    let mut work = JoinSet::new();
    for _ in 0..many {
        let password = one_time_password().map_err(|e| IssueError::System(e.to_string()))?;
        work.spawn(async move { password::hash(&password).await.map(|hash| Secret { password, hash }) });
    }
    let done = work.join_all().await;
    done.into_iter().collect::<Result<_, _>>().map_err(IssueError::System)
}

/// A commune and one of the accounts of its officers that are in use.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct Officer {
    pub commune_id: UnitId,
    pub code: String,
    pub name: String,
    pub kind: String,
    pub account_id: Option<AccountId>,
    pub username: Option<String>,
    pub last_sign_in_at: Option<DateTime<Utc>>,
}

sql!(
    OFFICERS,
    "SELECT c.commune_id, c.code, c.name, c.kind, o.id AS account_id, o.username, o.last_sign_in_at
     FROM v_organisation_commune c
     LEFT JOIN (SELECT a.id, a.username, a.last_sign_in_at, r.commune_id FROM account a
                JOIN account_role r ON r.account_id = a.id
                WHERE r.role = 'commune_officer' AND a.disabled_at IS NULL) o ON o.commune_id = c.commune_id
     WHERE c.province_id = $1 AND c.valid_to IS NULL
     ORDER BY c.sort_key, c.code, o.username"
);
sql!(TAKEN, "SELECT username FROM account WHERE username = $1");
sql!(
    OF_PERSON,
    "SELECT p.person_id, p.code, p.full_name, p.position_title, c.name AS commune, c.kind AS commune_kind,
            a.id AS account_id, a.username, a.last_sign_in_at, a.disabled_at
     FROM v_registry_person p
     JOIN v_organisation_commune c ON c.commune_id = p.commune_id
     LEFT JOIN account a ON a.person_id = p.person_id
     WHERE p.person_id = $1 AND c.province_id = $2 AND NOT $3 AND (CAST($4 AS UUID) IS NULL OR p.commune_id = $4)
     ORDER BY a.username"
);
sql!(
    OF_COMMUNE,
    "SELECT p.person_id, p.code, p.full_name, p.position_title, c.name AS commune, c.kind AS commune_kind,
            a.id AS account_id, a.username, a.last_sign_in_at, a.disabled_at
     FROM v_registry_person p
     JOIN v_organisation_commune c ON c.commune_id = p.commune_id
     LEFT JOIN account a ON a.person_id = p.person_id
     WHERE p.commune_id = $1 AND c.province_id = $2 AND NOT $3 AND (CAST($4 AS UUID) IS NULL OR p.commune_id = $4)
     ORDER BY p.sort_key, p.code, a.username"
);

/// The communes of the actor's province, each with its officers' accounts in use: one line without an account where
/// there is none.
pub(super) async fn officers(conn: &mut Conn, actor: &Actor) -> Result<Vec<Officer>, StoreError> {
    conn.all(&OFFICERS, &[&actor.province]).await
}

/// Somebody in the register and the account, if there is one.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Holder {
    /// The person.
    pub person_id: PersonId,
    /// Number in the register.
    pub code: String,
    /// Name.
    pub full_name: String,
    /// Post.
    pub position_title: String,
    /// Commune without its kind.
    pub commune: String,
    /// Kind of the commune.
    pub commune_kind: String,
    /// The account.
    pub account_id: Option<AccountId>,
    /// Its sign-in name.
    pub username: Option<String>,
    /// When it was used last.
    pub last_sign_in_at: Option<DateTime<Utc>>,
    /// When it was closed.
    pub disabled_at: Option<DateTime<Utc>>,
}

impl Holder {
    /// What is to be done for this person, if anything. A closed account was closed on purpose: it stays.
    #[must_use]
    pub fn due(&self) -> Option<Issue> {
        match (self.account_id, self.disabled_at, self.last_sign_in_at) {
            (None, ..) => Some(Issue::New),
            (Some(_), None, None) => Some(Issue::Again),
            _ => None,
        }
    }
}

/// Of several accounts of a person the first is the one that counts.
fn one_each(holders: Vec<Holder>) -> Vec<Holder> {
    let mut seen = HashSet::new();
    holders.into_iter().filter(|holder| seen.insert(holder.person_id)).collect()
}

/// The people of a commune within the actor's scope, by name.
///
/// # Errors
/// The database's failure.
pub async fn holders_of(conn: &mut Conn, actor: &Actor, commune: UnitId) -> Result<Vec<Holder>, StoreError> {
    let holders = conn.all(&OF_COMMUNE, &[&commune, &actor.province, &actor.sees_nobody(), &actor.commune()]).await?;
    Ok(one_each(holders))
}

/// People within the actor's scope, in the order given; whoever is out of it is left out.
///
/// # Errors
/// The database's failure.
pub async fn holders(conn: &mut Conn, actor: &Actor, people: &[PersonId]) -> Result<Vec<Holder>, StoreError> {
    let mut holders = Vec::with_capacity(people.len());
    for person in people {
        let scope: &[&dyn ::store::Bind] = &[person, &actor.province, &actor.sees_nobody(), &actor.commune()];
        holders.extend(conn.all(&OF_PERSON, scope).await?);
    }
    Ok(one_each(holders))
}

/// The first name of `wanted`, `wanted-2`, `wanted-3` … that nobody has.
async fn free_name(tx: &mut Tx, wanted: &str) -> Result<String, StoreError> {
    let mut name = wanted.to_owned();
    let mut next = 2;
    while tx.opt::<(String,)>(&TAKEN, &[&name]).await?.is_some() {
        name = format!("{wanted}-{next}");
        next += 1;
    }
    Ok(name)
}

/// A sign-in name out of a number of the register.
fn name_of_code(code: &str) -> String {
    let name: String = code.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let name: String = name.chars().take(36).collect();
    if good_username(&name) { name } else { format!("hv-{name}") }
}

/// A new first password for an account: its sessions end, a lock is lifted.
async fn renew(tx: &mut Tx, by: By<'_>, account: AccountId, username: &str, hash: &str) -> Result<(), StoreError> {
    let now = tx.now();
    tx.exec(&SET_PASSWORD, &[&account, &hash, &true]).await?;
    tx.exec(&END_OTHERS, &[&account, &"", &now]).await?;
    lift(tx, username, account).await?;
    tx.audit(by, "accounts.password.reset", account, Change::default())
}

/// The officers' accounts for whom something is to be done.
pub(super) fn due_officers(officers: &[Officer], issue: Issue) -> Vec<&Officer> {
    let due = |officer: &&Officer| match issue {
        Issue::New => officer.account_id.is_none(),
        Issue::Again => officer.account_id.is_some() && officer.last_sign_in_at.is_none(),
    };
    officers.iter().filter(due).collect()
}

/// Makes an account for the officer of every commune that has none, or gives those that were never opened a new first
/// password; gives the letters. Doing it twice does nothing the second time.
///
/// # Errors
/// [`IssueError`].
pub async fn issue_officers(db: &Db, permit: &Permit<ManageAccounts>, issue: Issue) -> Result<Vec<Letter>, IssueError> {
    let mut conn = db.read().await?;
    let waiting = due_officers(&officers(&mut conn, &permit.actor).await?, issue).len();
    let province = province_name(&mut conn, permit.actor.province).await?;
    // waiting for a turn to hash must not keep a connection
    drop(conn);
    let mut secrets = secrets(waiting).await?;
    let letters = db
        .write(async |tx| {
            let by = By::Actor(&permit.actor);
            // whoever asked at the same moment came first
            let known = officers(tx, &permit.actor).await?;
            let t = T { lang: Lang::Vi };
            let mut letters = Vec::with_capacity(waiting);
            let mut made: Vec<(AccountInput, String)> = Vec::new();
            for officer in due_officers(&known, issue) {
                let Some(Secret { password, hash }) = secrets.pop() else { break };
                let unit = titled(t, &officer.kind, &officer.name);
                let username = match (officer.account_id, &officer.username) {
                    (Some(account), Some(username)) => {
                        renew(tx, by, account, username, &hash).await?;
                        username.clone()
                    }
                    _ => {
                        let username = free_name(tx, &format!("xa-{}", officer.code)).await?;
                        let input = AccountInput {
                            username: username.clone(),
                            name: format!("Đầu mối {}", officer.name),
                            role: "commune_officer",
                            commune: Some(officer.commune_id),
                            person: None,
                            province: None,
                        };
                        made.push((input, hash));
                        username
                    }
                };
                letters.push(Letter {
                    to: t.arg("accounts-letter-to", "unit", lower_first(&unit)).into_owned(),
                    duty: t.get("accounts-role-commune_officer").into_owned(),
                    place: t
                        .args("accounts-letter-place", [("unit", unit.into()), ("province", province.as_str().into())])
                        .into_owned(),
                    username,
                    password,
                });
            }
            insert(tx, by, &made, true).await?;
            Ok::<_, StoreError>(letters)
        })
        .await?;
    if letters.is_empty() { Err(IssueError::Nobody) } else { Ok(letters) }
}

/// `xã Keng Đu` within a name.
fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().into_iter().flat_map(char::to_lowercase).chain(letters).collect()
}

/// Makes a learner's account for everybody of a list who has none, or gives accounts that were never opened a new first
/// password; gives the letters in the order of the list. Whoever is out of the actor's scope is left out.
///
/// # Errors
/// [`IssueError`].
pub async fn issue_learners(
    db: &Db,
    permit: &Permit<super::MakeLearnerAccounts>,
    people: &[PersonId],
    issue: Issue,
) -> Result<Vec<Letter>, IssueError> {
    let actor = &permit.actor;
    let mut conn = db.read().await?;
    let waiting = holders(&mut conn, actor, people).await?.iter().filter(|h| h.due() == Some(issue)).count();
    let province = province_name(&mut conn, actor.province).await?;
    drop(conn);
    let mut secrets = secrets(waiting).await?;
    let letters = db
        .write(async |tx| {
            let t = T { lang: Lang::Vi };
            let known = holders(tx, actor, people).await?;
            let mut letters = Vec::with_capacity(waiting);
            let mut made: Vec<(AccountInput, String)> = Vec::new();
            for holder in known.into_iter().filter(|h| h.due() == Some(issue)) {
                let Some(Secret { password, hash }) = secrets.pop() else { break };
                let username = match (holder.account_id, holder.username) {
                    (Some(account), Some(username)) => {
                        renew(tx, actor.into(), account, &username, &hash).await?;
                        username
                    }
                    _ => {
                        let username = free_name(tx, &name_of_code(&holder.code)).await?;
                        let input = AccountInput {
                            username: username.clone(),
                            name: holder.full_name.clone(),
                            role: "learner",
                            commune: None,
                            person: Some(holder.person_id),
                            province: actor.province,
                        };
                        made.push((input, hash));
                        username
                    }
                };
                let unit = titled(t, &holder.commune_kind, &holder.commune);
                letters.push(Letter {
                    to: holder.full_name,
                    duty: holder.position_title,
                    place: t
                        .args("accounts-letter-place", [("unit", unit.into()), ("province", province.as_str().into())])
                        .into_owned(),
                    username,
                    password,
                });
            }
            insert(tx, actor.into(), &made, true).await?;
            Ok::<_, StoreError>(letters)
        })
        .await?;
    if letters.is_empty() { Err(IssueError::Nobody) } else { Ok(letters) }
}

/// How many of a list lack an account, and how many have one that was never opened.
#[must_use]
pub fn due(holders: &[Holder]) -> (usize, usize) {
    let of = |issue| holders.iter().filter(|h| h.due() == Some(issue)).count();
    (of(Issue::New), of(Issue::Again))
}

/// The head of letters that the program sends by itself: the province and its system.
///
/// # Errors
/// The database's failure.
pub async fn letter_head(app: &App, actor: &Actor, today: NaiveDate) -> Result<LetterHead, StoreError> {
    let province = province_name(&mut app.db.read().await?, actor.province).await?;
    let t = T { lang: Lang::Vi };
    Ok(LetterHead {
        parent: t.arg("accounts-letter-parent", "province", province.as_str()).into_owned(),
        body: t.get("accounts-letter-body").into_owned(),
        place: province,
        made_on: today,
        address: app.base_url.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_in_name_out_of_any_number_is_one() {
        for code in ["HV00001", "CB/12.3", "A", "số 7", &"X".repeat(80)] {
            let name = name_of_code(code);
            assert!(good_username(&name), "{code}: {name}");
        }
        assert_eq!(name_of_code("HV00001"), "hv00001");
    }

    #[test]
    fn every_first_password_is_one_that_would_be_accepted() {
        for _ in 0..50 {
            assert_eq!(password::check(&one_time_password().unwrap()), Ok(()));
        }
    }

    #[test]
    fn a_unit_is_written_small_within_a_name() {
        assert_eq!(lower_first("Đặc khu Cồn Cỏ"), "đặc khu Cồn Cỏ");
        assert_eq!(lower_first("Xã Keng Đu"), "xã Keng Đu");
    }
}
