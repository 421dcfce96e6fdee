//! Handing notices over: letters to a mail server, calls to a gateway for SMS and Zalo. The table of deliveries is the queue.
//!
//! Always true:
//! - a letter is never offered twice by itself: the commit that says "it leaves now" comes before the first byte of it, so that whoever
//!   dies before repeats safely, and whoever dies after leaves an uncertain delivery that only a person sends again (ADR 0024);
//! - its Message-ID is that of the delivery whoever sends it when;
//! - a call of a gateway carries the delivery's id, by which the gateway knows a repetition;
//! - what could not be handed over says why.

pub mod gateway;
pub mod mail;
mod store;

use std::{sync::Arc, time::Duration};

use ::store::{By, Db, Engine, StoreError, Tx};
use chrono::TimeDelta;
use web::{Lang, T};

use self::{
    gateway::Gateway,
    mail::{Letter, Mail, Session},
    store::{CLAIM, Claimed, END, Item, LEAVES, RECOVER_ALL, RECOVER_LATE, is_due, item},
};
use super::{
    model::{Facts, Wording, kind, pause},
    store::{ADD_CHANNEL, Channel, DROP_CHANNEL, DeliveryState, channels, quiet},
};

/// Deliveries that a worker takes at a time.
const BATCH: i64 = 20;
/// A claim holds for this long; a worker that died frees it.
const CLAIM_SECONDS: i64 = 120;
/// What waited for longer is not news any more.
const STALE_DAYS: i64 = 3;
/// How often it is looked whether something is due.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// Most characters of an answer that are kept.
const ANSWER_MOST: usize = 300;

/// What an attempt came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The other side has taken it: what it said.
    Sent(String),
    /// It was certainly not taken and may be later: why.
    Later(String),
    /// It will never be taken: why.
    Never(String),
    /// It may have been taken: what happened.
    Uncertain(String),
    /// Somebody else has it in hand.
    Lost,
}

/// The ways out of the house that this program has.
#[derive(Clone, Default)]
pub struct Post {
    /// The mail server.
    pub mail: Option<Mail>,
    /// The gateway.
    pub gateway: Option<Arc<Gateway>>,
    /// Where the outside reaches this program.
    pub base_url: String,
}

impl Post {
    /// Writes down which channels there are, so that notices know their ways; what a dead program left behind is taken up again.
    ///
    /// # Errors
    /// The database's failure.
    pub async fn begin(&self, db: &Db) -> Result<(), StoreError> {
        let wanted = [
            (Channel::Mail, self.mail.as_ref().map(Mail::place)),
            (Channel::Gateway, self.gateway.as_ref().map(|gateway| gateway.place())),
        ];
        db.write(async |tx| {
            let now = tx.now();
            let there = channels(tx).await?;
            for (channel, place) in wanted {
                let before = there.iter().find(|line| line.channel == channel).map(|line| line.place.clone());
                if before == place {
                    continue;
                }
                tx.exec(&DROP_CHANNEL, &[&channel]).await?;
                if let Some(place) = &place {
                    tx.exec(&ADD_CHANNEL, &[&channel, place, &now]).await?;
                }
                let change = ::store::Change::changed(&before, &place);
                tx.audit(By::System("start"), "notices.channel.set", channel.code(), change)?;
            }
            // one server at a time has a data folder: whatever is in hand there belongs to nobody
            let recover = if tx.engine() == Engine::Sqlite { &RECOVER_ALL } else { &RECOVER_LATE };
            tx.exec(recover, &[&now]).await?;
            Ok(())
        })
        .await
    }

    /// Hands over for as long as the program lives.
    pub async fn work(&self, db: Db) {
        loop {
            if let Err(error) = self.hand_over(&db).await {
                tracing::error!(%error, "notices stand still");
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Hands over whatever is due; gives how many deliveries were taken in hand.
    ///
    /// # Errors
    /// The database's failure; what the other sides say is kept with the deliveries.
    pub async fn hand_over(&self, db: &Db) -> Result<usize, StoreError> {
        let mut done = 0;
        if let Some(mail) = &self.mail {
            let mut session = None;
            while let Some(claimed) = claim(db, Channel::Mail).await? {
                for one in &claimed {
                    let outcome = match self.ready(db, one).await? {
                        Ready::Item(item) => self.offer(db, mail, &mut session, one, &item).await?,
                        Ready::Not(outcome) => outcome,
                    };
                    end(db, one, outcome).await?;
                }
                done += claimed.len();
            }
            if let Some(session) = session {
                session.close().await;
            }
        }
        if let Some(gateway) = &self.gateway {
            while let Some(claimed) = claim(db, Channel::Gateway).await? {
                for one in &claimed {
                    let outcome = match self.ready(db, one).await? {
                        Ready::Item(item) => {
                            let now = db.now();
                            gateway.call(&one.id.to_string(), &self.message(&item)?, now).await
                        }
                        Ready::Not(outcome) => outcome,
                    };
                    end(db, one, outcome).await?;
                }
                done += claimed.len();
            }
        }
        Ok(done)
    }

    async fn ready(&self, db: &Db, one: &Claimed) -> Result<Ready, StoreError> {
        let Some(item) = item(&mut db.read().await?, one.id).await? else { return Ok(Ready::Not(Outcome::Lost)) };
        if db.now() - item.due_at > TimeDelta::days(STALE_DAYS) {
            return Ok(Ready::Not(Outcome::Never("stale".to_owned())));
        }
        Ok(Ready::Item(Box::new(item)))
    }

    /// A notice as it goes out.
    fn message(&self, item: &Item) -> Result<Letter, StoreError> {
        let t = T::new(Lang::Vi);
        let facts: Facts = serde_json::from_str(&item.facts)?;
        let wording = Wording::of(&item.kind, item.written.clone().wording(), t);
        let link = format!("{}{}", self.base_url, item.link);
        Ok(Letter {
            kind: item.kind.clone(),
            to: item.address.clone(),
            subject: wording.title(&facts, t),
            body: wording.letter(&facts, &link, t),
            said: wording.said(&facts, t),
            link,
            at: item.at,
        })
    }

    /// Offers a letter. The commit in the middle is the moment from which on it is not offered again by itself.
    async fn offer(
        &self,
        db: &Db,
        mail: &Mail,
        session: &mut Option<Session>,
        one: &Claimed,
        item: &Item,
    ) -> Result<Outcome, StoreError> {
        let letter = mail.write(&one.id.to_string(), &self.message(item)?, db.now());
        let letter = match letter {
            Ok(letter) => letter,
            Err(why) => return Ok(Outcome::Never(why)),
        };
        if let Err(outcome) = mail.announce(session, &letter).await {
            return Ok(outcome);
        }
        let now = db.now();
        let until = now + TimeDelta::seconds(CLAIM_SECONDS);
        let ours = db.write(async |tx| tx.exec(&LEAVES, &[&one.id, &one.tries, &until, &now]).await).await?;
        if ours == 0 {
            // the announced letter is broken off, the server forgets it
            *session = None;
            return Ok(Outcome::Lost);
        }
        Ok(mail.hand_over(session, &letter).await)
    }
}

enum Ready {
    Item(Box<Item>),
    Not(Outcome),
}

async fn claim(db: &Db, channel: Channel) -> Result<Option<Vec<Claimed>>, StoreError> {
    let now = db.now();
    if !is_due(&mut db.read().await?, channel, now).await? {
        return Ok(None);
    }
    let until = now + TimeDelta::seconds(CLAIM_SECONDS);
    let claimed = async |tx: &mut Tx| -> Result<Vec<Claimed>, StoreError> {
        tx.exec(&RECOVER_LATE, &[&now]).await?;
        tx.all(&CLAIM, &[&now, &until, &channel, &BATCH]).await
    };
    let claimed = db.write(claimed).await?;
    Ok((!claimed.is_empty()).then_some(claimed))
}

/// Writes down what an attempt came to.
async fn end(db: &Db, one: &Claimed, outcome: Outcome) -> Result<(), StoreError> {
    let now = db.now();
    let (state, reason, answer) = match outcome {
        Outcome::Lost => return Ok(()),
        Outcome::Sent(answer) => (DeliveryState::Sent, "", answer),
        Outcome::Later(answer) if pause(one.tries).is_some() => (DeliveryState::Waiting, "failed", answer),
        Outcome::Later(answer) => (DeliveryState::GivenUp, "too_often", answer),
        Outcome::Never(answer) if answer == "stale" => (DeliveryState::GivenUp, "stale", String::new()),
        Outcome::Never(answer) => (DeliveryState::GivenUp, "refused", answer),
        Outcome::Uncertain(answer) => (DeliveryState::Uncertain, "broken_off", answer),
    };
    let answer: String = kernel::text::clean(&answer).chars().take(ANSWER_MOST).collect();
    db.write(async |tx| {
        let later = now + TimeDelta::minutes(pause(one.tries).unwrap_or(0));
        // what is tried again keeps to the hours as well
        let due = if one.urgent() { later } else { quiet(tx, one.province_id).await?.next(later) };
        tx.exec(&END, &[&one.id, &state, &reason, &answer, &due, &now]).await
    })
    .await?;
    Ok(())
}

impl Claimed {
    fn urgent(&self) -> bool {
        kind(&self.kind).is_some_and(|kind| kind.urgent)
    }
}
