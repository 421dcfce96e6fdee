//! Telling, and reading what was told.

use std::collections::{BTreeMap, BTreeSet, btree_map::Entry};

use ::store::{Change, Db, StoreError, Tx};
use kernel::{AccountId, Actor, DeliveryId, NoticeCopyId, NoticeId, PersonId, UnitId, WordingId};

use super::{
    model::{Fact, Facts, Kind, Quiet, Wording},
    store::{
        self, ADD_WORDING, Channel, DeliveryState, INSERT_COPY, INSERT_DELIVERY, INSERT_NOTICE, OF_ACCOUNT, OF_PERSON,
        OF_UNIT, READ_ALL, READ_ONE, Reached, SavedWording, reader,
    },
};

/// Whom a notice is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Who {
    /// The officers of a commune.
    Unit(UnitId),
    /// Somebody in the register, as a learner.
    Person(PersonId),
    /// An account.
    Account(AccountId),
}

/// A recipient, and the page of this program that a notice leads them to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// Who.
    pub who: Who,
    /// Path of a page that they may read.
    pub link: String,
}

impl Recipient {
    /// A recipient with their page.
    #[must_use]
    pub fn new(who: Who, link: impl Into<String>) -> Self {
        Self { who, link: link.into() }
    }
}

/// Something to be told.
#[derive(Debug, Clone)]
pub struct Notice {
    /// What kind of thing.
    pub kind: &'static Kind,
    /// Id of what it is about.
    pub about: String,
    /// What makes it the same notice when it is told again, beside kind and thing; it is told once.
    pub key: String,
    /// The values of its kind.
    pub facts: Vec<(&'static str, Fact)>,
    /// For whom.
    pub to: Vec<Recipient>,
}

/// Tells something, in the transaction of what it is about. What was told before is not told again; who is reached by two ways
/// gets one copy. Gives how many notices were new.
///
/// # Errors
/// The database's failure.
pub async fn tell(tx: &mut Tx, notices: impl IntoIterator<Item = Notice>) -> Result<usize, StoreError> {
    let now = tx.now();
    let mut new = 0;
    let channels: Vec<Channel> = store::channels(tx).await?.into_iter().map(|line| line.channel).collect();
    let in_use = store::in_use(tx).await?;
    let words = |province: Option<UnitId>, kind: &Kind| {
        in_use.iter().find(|saved| Some(saved.province_id) == province && saved.kind == kind.code).map(|saved| saved.id)
    };
    let mut copies: Vec<(NoticeCopyId, NoticeId, Reached, String, Option<WordingId>)> = Vec::new();
    let mut ways: Vec<(NoticeCopyId, Way)> = Vec::new();
    for notice in notices {
        debug_assert!(
            notice.kind.facts.iter().all(|name| notice.facts.iter().any(|(has, _)| has == name)),
            "{} lacks a value: {:?}",
            notice.kind.code,
            notice.facts
        );
        let id = NoticeId::new(tx.ids());
        let facts: Facts = notice.facts.into_iter().map(|(name, fact)| (name.to_owned(), fact)).collect();
        let key = format!("{}:{}:{}", notice.kind.code, notice.about, notice.key);
        let values = serde_json::to_string(&facts)?;
        if tx.exec(&INSERT_NOTICE, &[&id, &notice.kind.code, &notice.about, &key, &values, &now]).await? == 0 {
            continue;
        }
        new += 1;
        let mut seen = BTreeSet::new();
        let mut used = BTreeSet::new();
        for recipient in notice.to {
            for reached in reach(tx, recipient.who, notice.kind).await? {
                if reached.account_id.is_none_or(|account| seen.insert(account)) {
                    let copy = NoticeCopyId::new(tx.ids());
                    ways.extend(channels.iter().map(|c| (copy, Way::of(*c, notice.kind, &reached, &mut used))));
                    let words = words(reached.province_id, notice.kind);
                    copies.push((copy, id, reached, recipient.link.clone(), words));
                }
            }
        }
    }
    tx.exec_many(&INSERT_COPY, &copies, |(id, notice, reached, link, words), args| {
        args.add(id)?;
        args.add(notice)?;
        args.add(&reached.province_id)?;
        args.add(&reached.unit_id)?;
        args.add(&reached.person_id)?;
        args.add(&reached.account_id)?;
        args.add(link)?;
        args.add(&now)?;
        args.add(words)
    })
    .await?;
    deliver(tx, &ways).await?;
    Ok(new)
}

async fn reach(tx: &mut Tx, who: Who, kind: &Kind) -> Result<Vec<Reached>, StoreError> {
    match who {
        Who::Unit(unit) => tx.all(&OF_UNIT, &[&unit, &kind.code]).await,
        Who::Person(person) => tx.all(&OF_PERSON, &[&person, &kind.code]).await,
        Who::Account(account) => tx.all(&OF_ACCOUNT, &[&account, &kind.code]).await,
    }
}

/// How a copy leaves the house by a channel, or why it does not.
struct Way {
    channel: Channel,
    address: String,
    /// Why there is none; nothing when there is one.
    none: &'static str,
    province: Option<UnitId>,
    urgent: bool,
}

impl Way {
    /// `used` are the addresses that another copy of the notice goes to already.
    fn of(channel: Channel, kind: &Kind, reached: &Reached, used: &mut BTreeSet<String>) -> Self {
        let address = match channel {
            Channel::Mail if reached.own_email.is_empty() => &reached.other_email,
            Channel::Mail => &reached.own_email,
            Channel::Gateway => &reached.phone,
        };
        let none = match channel {
            _ if kind.optional && reached.declined => "declined",
            Channel::Mail if address.is_empty() => "no_address",
            Channel::Gateway if address.is_empty() => "no_phone",
            _ if !used.insert(address.to_lowercase()) => "same_address",
            _ => "",
        };
        let address = if none.is_empty() { address.clone() } else { String::new() };
        Self { channel, address, none, province: reached.province_id, urgent: kind.urgent }
    }
}

async fn deliver(tx: &mut Tx, ways: &[(NoticeCopyId, Way)]) -> Result<(), StoreError> {
    let now = tx.now();
    let mut quiet: BTreeMap<Option<UnitId>, Quiet> = BTreeMap::new();
    for (_, way) in ways {
        if let Entry::Vacant(unknown) = quiet.entry(way.province) {
            unknown.insert(store::quiet(tx, way.province).await?);
        }
    }
    let rows = ways.iter().map(|(copy, way)| {
        let id = DeliveryId::new(tx.ids());
        let hours = quiet.get(&way.province).filter(|_| !way.urgent);
        let due = hours.map_or(now, |hours| hours.next(now));
        let reason = if way.none.is_empty() && due > now { "quiet" } else { way.none };
        let state = if way.none.is_empty() { DeliveryState::Waiting } else { DeliveryState::None };
        (id, *copy, way, state, reason, due)
    });
    let rows: Vec<_> = rows.collect();
    tx.exec_many(&INSERT_DELIVERY, &rows, |(id, copy, way, state, reason, due), args| {
        args.add(id)?;
        args.add(copy)?;
        args.add(&way.channel)?;
        args.add(&way.address)?;
        args.add(state)?;
        args.add(reason)?;
        args.add(due)?;
        args.add(&now)
    })
    .await?;
    Ok(())
}

/// The reader has read a notice; gives where it leads. None when it is not theirs.
pub(super) async fn read_one(db: &Db, actor: &Actor, copy: NoticeCopyId) -> Result<Option<String>, StoreError> {
    db.write(async |tx| {
        let now = tx.now();
        let row: Option<(String,)> = tx.opt(&READ_ONE, &[&copy, &reader(actor), &now]).await?;
        let link = row.map(|(link,)| link);
        if link.is_some() {
            tx.audit(actor, "notices.copy.read", copy, Change::created(&link))?;
        }
        Ok(link)
    })
    .await
}

/// The reader has read everything.
pub(super) async fn read_all(db: &Db, actor: &Actor) -> Result<u64, StoreError> {
    db.write(async |tx| {
        let now = tx.now();
        let read = tx.exec(&READ_ALL, &[&reader(actor), &now]).await?;
        tx.audit(actor, "notices.copies.read", reader(actor), Change::created(&read))?;
        Ok(read)
    })
    .await
}

/// What became of the words that somebody saved.
#[derive(Debug, PartialEq)]
pub(super) enum Saved {
    /// They stand, or stood already.
    Yes,
    /// Somebody else saved after the form was made.
    Overtaken(Option<SavedWording>),
}

/// Gives a kind of notice its words in a province, or its built-in ones back. What was told keeps its words.
pub(super) async fn set_wording(
    db: &Db,
    (actor, province): (&Actor, UnitId),
    (kind, seen): (&Kind, i64),
    wanted: Option<&Wording>,
) -> Result<Saved, StoreError> {
    db.write(async |tx| {
        let before = store::wording(tx, province, kind).await?;
        let edition = before.as_ref().map_or(0, |saved| saved.edition);
        let was = before.clone().and_then(|saved| saved.written.wording());
        if was.as_ref() == wanted {
            return Ok(Saved::Yes);
        }
        if edition != seen {
            return Ok(Saved::Overtaken(before));
        }
        let (id, now) = (WordingId::new(tx.ids()), tx.now());
        let (subject, body) = wanted.cloned().map(|w| (w.subject, w.body)).unzip();
        let next = edition + 1;
        let added =
            tx.exec(&ADD_WORDING, &[&id, &province, &kind.code, &next, &subject, &body, &actor.name, &now]).await?;
        if added == 0 {
            return Ok(Saved::Overtaken(store::wording(tx, province, kind).await?));
        }
        let about = format!("{province}:{}", kind.code);
        tx.audit(actor, "notices.wording.set", about, Change::changed(&was, &wanted))?;
        Ok(Saved::Yes)
    })
    .await
}
