//! Statistics: how many people of which kind, on any day, as table, picture and paper; and who they are.
//!
//! Reads the register; its settings are rows of `registry_rule`.
//!
//! Always true:
//! - whoever holds no post on the day is not counted; of several posts the latest counts, so nobody is counted twice;
//! - what people are counted by is what the register had of them on the day, read back over the changes since;
//! - a figure and the list behind it are one statement with one set of filters;
//! - figures are of the reader's province or commune; names only for who may read them.
//!
//! Start reading at [`cross`].

mod behind;
mod model;
mod page;
mod saved;
mod store;
mod table;

pub(super) use behind::get as get_behind;
pub use model::{Dimension, Grid, NONE, Question};
pub use page::Asked;
pub(super) use page::get;
pub(super) use saved::{post as post_saved, post_removal as post_saved_removal};
pub use store::{Within, cross};

use ::store::Db;
use kernel::Actor;
use web::T;

use crate::organisation::titled;

web::messages!("people.registry.statistics");

/// An answer with what its keys are called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crossing {
    /// What was asked.
    pub question: Question,
    /// The figures.
    pub grid: Grid,
    names: Vec<store::Named>,
    bands: Vec<u32>,
}

impl Crossing {
    /// What a key of a dimension is called.
    #[must_use]
    pub fn label(&self, t: T, dimension: Dimension, key: &str) -> String {
        let code = dimension.code();
        if key == NONE {
            return t.get("statistics-none").into_owned();
        }
        match dimension {
            Dimension::Age => self.age(t, key),
            Dimension::Commune | Dimension::Ethnic => {
                let named = self.names.iter().find(|n| n.dimension == code && n.key == key);
                match named {
                    Some(named) if named.kind.is_empty() => named.name.clone(),
                    Some(named) => titled(t, &named.kind, &named.name),
                    None => key.to_owned(),
                }
            }
            Dimension::Gender | Dimension::Region | Dimension::Audience => {
                t.get(format!("statistics-{code}-{key}")).into_owned()
            }
            _ => t.get(format!("registry-{code}-{key}")).into_owned(),
        }
    }

    fn age(&self, t: T, key: &str) -> String {
        match model::band(&self.bands, key.parse().unwrap_or(0)) {
            (Some(from), Some(to)) => t.args("statistics-age-within", [("from", from.into()), ("to", to.into())]),
            (Some(from), None) => t.arg("statistics-age-from", "from", from),
            (None, Some(to)) => t.arg("statistics-age-under", "to", to + 1),
            (None, None) => t.get("statistics-age-any"),
        }
        .into_owned()
    }

    /// Keys by which a filter can narrow, in their order.
    fn keys(&self, dimension: Dimension) -> Vec<String> {
        let code = dimension.code();
        let mut keys: Vec<String> = match dimension {
            Dimension::Age => (0..=self.bands.len()).map(|n| n.to_string()).collect(),
            _ if dimension.keys().is_empty() => {
                self.names.iter().filter(|n| n.dimension == code).map(|n| n.key.clone()).collect()
            }
            _ => dimension.keys().iter().map(|key| (*key).to_owned()).collect(),
        };
        if !matches!(dimension, Dimension::Bloc | Dimension::Level | Dimension::Region | Dimension::Commune) {
            keys.push(NONE.to_owned());
        }
        keys
    }

    /// What people are narrowed to, in words: `Giới tính: Nữ`.
    #[must_use]
    pub fn narrowed(&self, t: T) -> Vec<String> {
        let one = |dimension: Dimension| {
            let key = self.question.filter(dimension);
            (!key.is_empty()).then(|| format!("{}: {}", name(t, dimension), self.label(t, dimension, key)))
        };
        Dimension::ALL.into_iter().filter_map(one).collect()
    }

    /// What stands in rows and columns: `Khối × chuyên môn`.
    #[must_use]
    pub fn title(&self, t: T) -> String {
        let rows = name(t, self.question.rows);
        match self.question.columns {
            Some(columns) => {
                let columns = name(t, columns);
                t.args("statistics-by", [("rows", rows.into()), ("columns", columns.into())]).into_owned()
            }
            None => rows,
        }
    }
}

/// What a dimension is called.
fn name(t: T, dimension: Dimension) -> String {
    t.get(format!("statistics-{}", dimension.code())).into_owned()
}

/// Part of the register and question, under which an answer is kept.
#[derive(PartialEq, Eq, Hash)]
struct Kept(Within, Question);

/// The answer for a reader, as it was given before when nothing was written since.
///
/// # Errors
/// The database's failure.
pub async fn answer(
    db: &Db,
    actor: &Actor,
    question: &Question,
) -> Result<std::sync::Arc<Crossing>, ::store::StoreError> {
    let within = Within::from(actor);
    db.kept(Kept(within, question.clone()), async |conn: &mut ::store::Conn| {
        cross(conn, within, question.clone()).await
    })
    .await
}
