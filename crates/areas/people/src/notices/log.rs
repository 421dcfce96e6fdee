//! The log of deliveries: what left the house, what waits, what did not arrive and why.

use ::store::{Change, Db};
use axum::extract::State;
use chrono::{DateTime, Utc};
use kernel::DeliveryId;
use serde::Deserialize;
use web::{
    Answer, Errors, Path, Permit, Query, T, Ui, WebError,
    components::{Choice, Pager, Select},
    form::address,
};

use super::{
    ManageNotices,
    model::{Facts, kind, kinds},
    store::{AGAIN, Channel, ChannelLine, DeliveryLine, DeliveryState, channels, deliveries, delivery_counts},
};
use crate::organisation::titled;

/// Deliveries on a page.
const PAGE: i64 = 50;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    state: String,
    kind: String,
    after: String,
}

/// A delivery in words.
struct Shown {
    id: DeliveryId,
    what: String,
    to: String,
    channel: String,
    address: String,
    state: &'static str,
    tone: &'static str,
    /// Why it stands there, and what the other side said.
    told: String,
    at: DateTime<Utc>,
    again: bool,
}

#[derive(askama::Template)]
#[template(path = "notices/log.html")]
struct LogPage<'a> {
    t: T,
    channels: Vec<ChannelLine>,
    states: Select<'a>,
    kinds: Select<'a>,
    filtered: bool,
    lines: Vec<Shown>,
    pager: Pager,
}

/// Enough of an address to know it again: `n…@thu.example`, `…678`.
fn masked(address: &str) -> String {
    match address.split_once('@') {
        Some((name, domain)) => format!("{}…@{domain}", name.chars().next().unwrap_or_default()),
        None => {
            let digits: Vec<char> = address.chars().collect();
            let last: String = digits.iter().skip(digits.len().saturating_sub(3)).collect();
            if last.is_empty() { last } else { format!("…{last}") }
        }
    }
}

fn shown(t: T, line: DeliveryLine) -> Result<Shown, ::store::StoreError> {
    let facts: Facts = serde_json::from_str(&line.facts)?;
    let name = kind(&line.kind).map_or_else(|| line.kind.clone(), |kind| kind.name(t));
    let what = facts.get("class").map_or_else(|| name.clone(), |class| format!("{name}: {}", class.words(t)));
    let to = match (line.unit_kind, line.unit_name, line.username, line.person_code) {
        (Some(kind), Some(unit), username, _) => {
            let unit = titled(t, &kind, &unit);
            username.map_or_else(|| unit.clone(), |username| format!("{unit} ({username})"))
        }
        (.., Some(username), _) => username,
        (.., person) => person.unwrap_or_default(),
    };
    let mut told = Vec::new();
    if !line.reason.is_empty() {
        told.push(t.arg(format!("notices-reason-{}", line.reason), "until", t.moment(line.due_at)).into_owned());
    }
    told.extend(Some(line.answer).filter(|answer| !answer.is_empty()));
    if line.tries > 1 {
        told.push(t.arg("notices-tries", "n", line.tries).into_owned());
    }
    Ok(Shown {
        id: line.id,
        what,
        to,
        channel: t.get(format!("notices-channel-{}", line.channel.code())).into_owned(),
        address: masked(&line.address),
        state: line.state.code(),
        tone: match line.state {
            DeliveryState::Sent => "good",
            DeliveryState::Waiting | DeliveryState::Offering => "info",
            DeliveryState::Uncertain => "warn",
            DeliveryState::GivenUp => "bad",
            DeliveryState::None => "",
        },
        told: told.join(". "),
        at: line.changed_at,
        again: matches!(line.state, DeliveryState::GivenUp | DeliveryState::Uncertain),
    })
}

/// GET /notices/log
pub(super) async fn get(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ManageNotices>,
    Query(asked): Query<Asked>,
) -> Answer {
    let t = ui.t;
    let province = permit.actor.province;
    let state = DeliveryState::ALL.into_iter().find(|state| state.code() == asked.state).map(DeliveryState::code);
    let wanted = (state.unwrap_or_default(), asked.kind.as_str());
    let after: Option<DeliveryId> = asked.after.parse().ok();
    let mut conn = db.read().await?;
    let channels = channels(&mut conn).await?;
    let counted = delivery_counts(&mut conn, province).await?;
    let mut lines = deliveries(&mut conn, province, wanted, after, PAGE + 1).await?;
    drop(conn);
    let page = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let more = lines.len() > page;
    lines.truncate(page);
    let filters = [("state", wanted.0), ("kind", wanted.1)];
    let next = lines.last().filter(|_| more).map(|last| {
        let after = last.id.to_string();
        address("/notices/log", &[filters.as_slice(), &[("after", after.as_str())]].concat())
    });
    let of = |state: DeliveryState| counted.iter().find(|(known, _)| *known == state).map_or(0, |(_, n)| *n);
    let total: i64 = DeliveryState::ALL.into_iter().filter(|s| state.is_none_or(|code| s.code() == code)).map(of).sum();
    let none = Errors::new();
    let states: Vec<Choice> = DeliveryState::ALL
        .into_iter()
        .map(|state| {
            let name = t.get(format!("notices-state-{}", state.code()));
            Choice::new(state.code(), format!("{name} ({})", t.num(of(state))))
        })
        .collect();
    let kinds: Vec<Choice> = kinds().into_iter().map(|kind| Choice::new(kind.code, kind.name(t))).collect();
    let shown: Vec<Shown> = lines.into_iter().map(|line| shown(t, line)).collect::<Result<_, _>>()?;
    let body = LogPage {
        t,
        channels,
        states: Select::new(t, &none, "state", "notices-state", wanted.0, &states).or_empty("notices-all"),
        kinds: Select::new(t, &none, "kind", "notices-kind", wanted.1, &kinds).or_empty("notices-all"),
        filtered: filters.iter().any(|(_, value)| !value.is_empty()),
        pager: Pager {
            t,
            first: after.map(|_| address("/notices/log", &filters)),
            next,
            shown: if wanted.1.is_empty() {
                format!("{} / {}", t.num(shown.len()), t.num(total))
            } else {
                t.num(shown.len())
            },
        },
        lines: shown,
    };
    ui.page(t.get("notices-log"), &body)
}

/// POST /notices/log/{delivery}/repetition: what did not arrive is sent again, by somebody's decision.
pub(super) async fn post_again(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ManageNotices>,
    Path(delivery): Path<DeliveryId>,
) -> Answer {
    let actor = &permit.actor;
    let known = db
        .write(async |tx| {
            let now = tx.now();
            let row: Option<(Channel,)> = tx.opt(&AGAIN, &[&delivery, &actor.province, &now]).await?;
            if let Some((channel,)) = row {
                tx.audit(actor, "notices.delivery.repeated", delivery, Change::created(&channel.code()))?;
            }
            Ok::<_, ::store::StoreError>(row)
        })
        .await?;
    known.ok_or(WebError::NotFound)?;
    Ok(ui.see_with("/notices/log", "notices-repeated", &[]))
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn an_address_is_shown_in_part() {
        assert_eq!(masked("nguyen.van@thu.example"), "n…@thu.example");
        assert_eq!(masked("0912345678"), "…678");
        assert_eq!(masked(""), "");
    }
}
