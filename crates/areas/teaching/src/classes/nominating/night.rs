//! Every night of a class until its study week: who should have moved up moves up, communes with unused seats are reminded, and
//! after the deadline those seats go on to the next communes.

use std::collections::BTreeMap;

use ::store::{By, Change, Job, JobContext, JobError, StoreError, Tx};
use chrono::{Days, NaiveDate};
use kernel::{
    ClassId, UnitId,
    clock::{local_date, start_of},
};
use serde::{Deserialize, Serialize};

use super::{
    actions::{fill_from_waiting, move_all},
    model::{NominationMove, NominationState},
    seats::hand_on,
    store::{last_handed_on, next_communes, transfer},
};
use crate::{
    classes::{
        actions::ClassError,
        announcing::{self, PASSED_ON, RECEIVED, REMINDER},
        model::ClassState,
        store::{self, ClassLine},
    },
    scheme::{self, Rules},
};

/// Watches over the seats of a class and sets itself for the next midnight until the study week begins. Safe to run twice: who has
/// moved up waits no more, a commune is reminded once of a deadline, and seats that went on are used or rest for some days.
#[derive(Debug, Serialize, Deserialize)]
pub struct WatchSeats {
    /// The class.
    pub class: ClassId,
}

impl WatchSeats {
    /// Sets the watch for the midnight after a day.
    pub(in crate::classes) async fn after(self, tx: &mut Tx, day: NaiveDate) -> Result<(), StoreError> {
        tx.enqueue_at(&self, start_of(day + Days::new(1))).await
    }
}

impl Job for WatchSeats {
    const NAME: &'static str = "classes.watch-seats";
    const DEDUP: bool = true;

    async fn run(&self, context: &JobContext) -> Result<(), JobError> {
        let watched = context.db.write(async |tx| watch(tx, self.class).await).await;
        match watched {
            Ok(()) => Ok(()),
            Err(ClassError::Store(error)) => Err(error.into()),
            Err(error) => Err(JobError::GiveUp(error.to_string())),
        }
    }
}

async fn watch(tx: &mut Tx, class: ClassId) -> Result<(), ClassError> {
    let by = By::System(WatchSeats::NAME);
    store::hold(tx, by, class).await?;
    let Some(line) = store::any_class(tx, class).await? else { return Ok(()) };
    let today = tx.today();
    // once the week has begun, or the class is cancelled, nobody comes and goes by itself
    if !line.state.is_open_to_change() || today > line.ends_on {
        return Ok(());
    }
    if line.state != ClassState::Called {
        let rules = scheme::rules(tx, line.scheme_id, line.starts_on).await?;
        fill_from_waiting(tx, by, &line).await?;
        if today > line.nominate_by {
            answer_those_who_asked(tx, by, &line).await?;
            pass_on(tx, by, &line, &rules, today).await?;
        } else {
            remind(tx, by, &line, &rules, today).await?;
        }
    }
    WatchSeats { class }.after(tx, today).await?;
    Ok(())
}

/// Who asked for a seat and was not put forward in time gets an answer.
async fn answer_those_who_asked(tx: &mut Tx, by: By<'_>, line: &ClassLine) -> Result<(), ClassError> {
    let why = "Đơn vị không xác nhận trước hạn cử";
    move_all(tx, by, line, &[NominationState::Asked], NominationMove::Refuse, why).await
}

/// Communes with unused seats are reminded once, some days before their last one.
async fn remind(tx: &mut Tx, by: By<'_>, line: &ClassLine, rules: &Rules, today: NaiveDate) -> Result<(), StoreError> {
    if (line.nominate_by - today).num_days() > rules.remind_days_before {
        return Ok(());
    }
    let seats = store::seats(tx, line, today).await?;
    let mut reminded: Vec<(UnitId, i64)> = Vec::new();
    for (commune, unused) in seats.all_unused() {
        if announcing::seats(tx, &REMINDER, line, commune, unused, line.nominate_by).await? {
            reminded.push((commune, unused));
        }
    }
    if !reminded.is_empty() {
        tx.audit(by, "classes.communes.reminded", line.id, Change::created(&reminded))?;
    }
    Ok(())
}

/// Seats that communes left unused go on to the next ones, which have some days for them; then what is still unused goes on again.
async fn pass_on(tx: &mut Tx, by: By<'_>, line: &ClassLine, rules: &Rules, today: NaiveDate) -> Result<(), StoreError> {
    let rests =
        last_handed_on(tx, line.id).await?.is_some_and(|at| (today - local_date(at)).num_days() < rules.transfer_days);
    if rests || today >= line.starts_on {
        return Ok(());
    }
    let seats = store::seats(tx, line, today).await?;
    let unused: Vec<(UnitId, i64)> = seats.all_unused().collect();
    if unused.is_empty() {
        return Ok(());
    }
    let given = hand_on(&unused, next_communes(tx, line).await?);
    let days = u64::try_from(rules.transfer_days).unwrap_or(1).saturating_sub(1);
    let until = (today + Days::new(days)).min(line.starts_on - Days::new(1));
    let (mut gone, mut come) = (BTreeMap::new(), BTreeMap::new());
    for (from, to, seats) in &given {
        transfer(tx, line.id, (*from, *to, *seats), "planned").await?;
        *gone.entry(*from).or_insert(0) += *seats;
        *come.entry(*to).or_insert(0) += *seats;
    }
    for (commune, seats) in gone {
        announcing::seats(tx, &PASSED_ON, line, commune, seats, line.nominate_by).await?;
    }
    for (commune, seats) in come {
        announcing::seats(tx, &RECEIVED, line, commune, seats, until).await?;
    }
    if !given.is_empty() {
        tx.audit(by, "classes.quota.passed_on", line.id, Change::created(&given))?;
    }
    Ok(())
}
