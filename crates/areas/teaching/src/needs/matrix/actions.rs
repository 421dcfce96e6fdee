//! Changing competences and cells of the matrix.

use ::store::{By, Change, Db, StoreError, Tx};
use kernel::{CompetenceId, SchemeId, text::fold};
use serde::{Deserialize, Serialize};
use web::Permit;

use super::{
    super::EditNeeds,
    store::{
        Competence, DROP_POST, DROP_TOPIC, INSERT_COMPETENCE, LOCK_COMPETENCES, PUT_POST, PUT_TOPIC, UPDATE_COMPETENCE,
        competences, post_levels, topic_levels,
    },
};
use crate::scheme;

/// What the training office says of a competence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CompetenceDraft {
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Content field.
    pub field: String,
    /// Whether it is asked for no longer.
    pub is_closed: bool,
}

impl CompetenceDraft {
    /// A competence as it stands.
    #[must_use]
    pub fn of(c: &Competence) -> Self {
        Self { code: c.code.clone(), name: c.name.clone(), field: c.field.clone(), is_closed: c.is_closed }
    }
}

/// Why a competence was not written.
#[derive(Debug, thiserror::Error)]
pub enum CompetenceError {
    /// No such competence.
    #[error("no such competence")]
    NotFound,
    /// Another competence has the code: its name.
    #[error("the code is taken")]
    CodeTaken(String),
    /// Another competence has a name that reads the same: its code.
    #[error("the name is taken")]
    NameTaken(String),
    /// Somebody saved the competence after the form was made.
    #[error("saved by somebody else meanwhile")]
    Overtaken,
    /// The database's failure.
    #[error("writing a competence")]
    Store(#[from] StoreError),
}

fn clash(all: &[Competence], own: Option<CompetenceId>, draft: &CompetenceDraft) -> Option<CompetenceError> {
    let mut others = all.iter().filter(|c| Some(c.id) != own);
    let (code, name) = (fold(&draft.code), fold(&draft.name));
    others
        .clone()
        .find(|c| fold(&c.code) == code)
        .map(|c| CompetenceError::CodeTaken(c.name.clone()))
        .or_else(|| others.find(|c| fold(&c.name) == name).map(|c| CompetenceError::NameTaken(c.code.clone())))
}

/// Adds a competence at the end of the frame.
///
/// # Errors
/// [`CompetenceError`].
pub async fn add_competence(
    db: &Db,
    permit: &Permit<EditNeeds>,
    draft: &CompetenceDraft,
) -> Result<CompetenceId, CompetenceError> {
    db.write(async |tx| {
        let scheme = scheme::of(tx, &permit.actor).await?.ok_or(CompetenceError::NotFound)?.id;
        tx.exec(&LOCK_COMPETENCES, &[&scheme]).await?;
        let all = competences(tx, scheme).await?;
        if let Some(error) = clash(&all, None, draft) {
            return Err(error);
        }
        let (id, place) = (CompetenceId::new(tx.ids()), i64::try_from(all.len()).unwrap_or(i64::MAX));
        let values: &[&dyn ::store::Bind] =
            &[&id, &scheme, &draft.code, &draft.name, &draft.field, &"", &place, &draft.is_closed];
        tx.exec(&INSERT_COMPETENCE, values).await?;
        tx.audit(&permit.actor, "needs.competence.added", id, Change::created(draft))?;
        Ok(id)
    })
    .await
}

/// Changes a competence of which the actor saw edition `seen`; nothing is written when nothing would change.
///
/// # Errors
/// [`CompetenceError`].
pub async fn change_competence(
    db: &Db,
    permit: &Permit<EditNeeds>,
    id: CompetenceId,
    draft: &CompetenceDraft,
    seen: i64,
) -> Result<(), CompetenceError> {
    db.write(async |tx| {
        let scheme = scheme::of(tx, &permit.actor).await?.ok_or(CompetenceError::NotFound)?.id;
        tx.exec(&LOCK_COMPETENCES, &[&scheme]).await?;
        let all = competences(tx, scheme).await?;
        let before = all.iter().find(|c| c.id == id).ok_or(CompetenceError::NotFound)?;
        if CompetenceDraft::of(before) == *draft {
            return Ok(());
        }
        if before.edition != seen {
            return Err(CompetenceError::Overtaken);
        }
        if let Some(error) = clash(&all, Some(id), draft) {
            return Err(error);
        }
        let now = tx.now();
        let values: &[&dyn ::store::Bind] =
            &[&id, &draft.code, &draft.name, &draft.field, &draft.is_closed, &permit.actor.name, &now];
        tx.exec(&UPDATE_COMPETENCE, values).await?;
        let change = Change::changed(&CompetenceDraft::of(before), draft);
        tx.audit(&permit.actor, "needs.competence.changed", id, change)?;
        Ok(())
    })
    .await
}

/// What a cell of the matrix is about, beside the competence.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// A post, by its code.
    Post(String),
    /// A topic, by the codes of its programme and its own.
    Topic(String, String),
}

/// A cell of the matrix that is to change; 0 is an empty cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cell {
    /// Row.
    pub target: Target,
    /// Column.
    pub competence: CompetenceId,
    /// Level that whoever changes it saw.
    pub was: i64,
    /// Level from now on.
    pub level: i64,
}

/// Why the matrix was not changed.
#[derive(Debug, thiserror::Error)]
pub enum MatrixError {
    /// No scheme, or a competence of another one.
    #[error("no such competence")]
    NotFound,
    /// A level below 0 or above the highest of the scale, which is told.
    #[error("a level is out of the scale 0 to {0}")]
    OutOfScale(i64),
    /// Cells that somebody else changed meanwhile, with the level that stands in each.
    #[error("{} cells were changed by somebody else meanwhile", .0.len())]
    Overtaken(Vec<(Cell, i64)>),
    /// The database's failure.
    #[error("writing the matrix")]
    Store(#[from] StoreError),
}

/// Changes cells of the matrix, all or none; how many. A cell that already has its level is left alone.
///
/// # Errors
/// [`MatrixError`].
pub async fn change_matrix(db: &Db, permit: &Permit<EditNeeds>, cells: &[Cell]) -> Result<usize, MatrixError> {
    db.write(async |tx| {
        let today = tx.today();
        let scheme = scheme::of(tx, &permit.actor).await?.ok_or(MatrixError::NotFound)?.id;
        let most = scheme::rules(tx, scheme, today).await?.needs_scale_most;
        tx.exec(&LOCK_COMPETENCES, &[&scheme]).await?;
        let known = competences(tx, scheme).await?;
        if cells.iter().any(|cell| known.iter().all(|c| c.id != cell.competence)) {
            return Err(MatrixError::NotFound);
        }
        if cells.iter().any(|cell| !(0..=most).contains(&cell.level)) {
            return Err(MatrixError::OutOfScale(most));
        }
        let (posts, topics) = (post_levels(tx, scheme).await?, topic_levels(tx, scheme).await?);
        let stands = |cell: &Cell| match &cell.target {
            Target::Post(post) => posts.get(&(post.clone(), cell.competence)).copied().unwrap_or(0),
            Target::Topic(programme, topic) => {
                topics.get(&(programme.clone(), topic.clone(), cell.competence)).copied().unwrap_or(0)
            }
        };
        let wanted: Vec<&Cell> = cells.iter().filter(|cell| stands(cell) != cell.level).collect();
        let other = |cell: &&&Cell| stands(cell) != cell.was;
        let overtaken: Vec<(Cell, i64)> =
            wanted.iter().filter(other).map(|cell| ((*cell).clone(), stands(cell))).collect();
        if !overtaken.is_empty() {
            return Err(MatrixError::Overtaken(overtaken));
        }
        if wanted.is_empty() {
            return Ok(0);
        }
        for cell in &wanted {
            write(tx, cell).await?;
        }
        tx.audit(&permit.actor, "needs.matrix.changed", "matrix", Change::created(&wanted))?;
        Ok(wanted.len())
    })
    .await
}

async fn write(tx: &mut Tx, cell: &Cell) -> Result<(), StoreError> {
    let (competence, level) = (&cell.competence, &cell.level);
    match (&cell.target, cell.level) {
        (Target::Post(post), 0) => tx.exec(&DROP_POST, &[competence, post]).await?,
        (Target::Post(post), _) => tx.exec(&PUT_POST, &[competence, post, level]).await?,
        (Target::Topic(programme, topic), 0) => tx.exec(&DROP_TOPIC, &[competence, programme, topic]).await?,
        (Target::Topic(programme, topic), _) => tx.exec(&PUT_TOPIC, &[competence, programme, topic, level]).await?,
    };
    Ok(())
}

/// A whole matrix on its way into an empty scheme.
#[derive(Debug, Clone, Default, Serialize)]
pub struct MatrixInput {
    /// Competences with where each comes from, in their order.
    pub competences: Vec<(CompetenceDraft, String)>,
    /// Row, code of the competence, level.
    pub cells: Vec<(Target, String, i64)>,
}

/// Writes a matrix into a scheme that has none; a cell whose competence is not among them is left out.
///
/// # Errors
/// The database's failure.
pub async fn load_matrix(db: &Db, by: By<'_>, scheme: SchemeId, input: &MatrixInput) -> Result<(), StoreError> {
    db.write(async |tx| {
        let mut ids = std::collections::HashMap::new();
        for (place, (draft, source)) in (0_i64..).zip(&input.competences) {
            let id = CompetenceId::new(tx.ids());
            let values: &[&dyn ::store::Bind] =
                &[&id, &scheme, &draft.code, &draft.name, &draft.field, source, &place, &draft.is_closed];
            tx.exec(&INSERT_COMPETENCE, values).await?;
            ids.insert(draft.code.as_str(), id);
        }
        for (target, code, level) in &input.cells {
            let Some(competence) = ids.get(code.as_str()) else { continue };
            let cell = Cell { target: target.clone(), competence: *competence, was: 0, level: *level };
            write(tx, &cell).await?;
        }
        tx.audit(by, "needs.matrix.loaded", "matrix", Change::created(&(ids.len(), input.cells.len())))
    })
    .await
}
