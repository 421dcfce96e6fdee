//! The rows of a roster on their way: read and compared by a thread apart, portion by portion, so that a roster of
//! 100,000 rows takes no more memory than one of 1,000, and that writing need not wait for the last row.

use std::sync::Arc;

use ::store::Db;
use tokio::{sync::mpsc, task::JoinHandle};

use super::{
    ImportError, Importer, Reading,
    actions::{READERS, thread},
    plan::{Frame, Planned, Planner, Register},
    progress::{Progress, Stage},
    sheet::{Book, Cell, FileError, Rows, Spoilt},
    store::{lists, present},
};

/// Rows of a portion.
pub(super) const PORTION: usize = 1_000;
/// Portions that are made before the first of them is taken.
const AHEAD: usize = 2;

/// Rows of the chosen sheet as they would be written to the register as it is now.
pub(super) struct Flow {
    portions: mpsc::Receiver<Vec<Planned>>,
    reader: Option<JoinHandle<Result<Book, FileError>>>,
    /// The file again, when all of its rows have come.
    book: Option<Book>,
}

impl Flow {
    /// Begins to read; there are no rows when columns are missing. Begun before a transaction and not within one: whoever
    /// waits for a turn to read must hold nothing that another reader waits for.
    ///
    /// # Errors
    /// The database's failure.
    pub(super) async fn begin(
        db: &Db,
        who: Importer<'_>,
        mut book: Book,
        reading: &Reading,
        progress: &Arc<Progress>,
    ) -> Result<Self, ImportError> {
        let (send, portions) = mpsc::channel(AHEAD);
        if !reading.missing().is_empty() {
            return Ok(Self { portions, reader: None, book: Some(book) });
        }
        let turn = READERS.acquire().await.map_err(|e| thread(&e))?;
        let mut conn = db.read().await?;
        let (province, today) = (who.province(), db.today());
        let (lists, known) = (lists(&mut conn, province, today).await?, present(&mut conn).await?);
        drop(conn);
        let (own, origin, vault) = (who.commune(), reading.origin(who), Arc::clone(db.vault()?));
        let (reading, progress) = (reading.clone(), Arc::clone(progress));
        let reader = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            let register = Register::of(known, province);
            let frame = Frame { own, origin, today, vault: &vault };
            progress.begin(Stage::Comparing, 0);
            let mut maker = Maker {
                sheet: &reading.mapping.sheet,
                found: false,
                planner: Planner::new(&reading, &lists, &register, &frame),
                spoilt: Spoilt::default(),
                portion: Vec::with_capacity(PORTION),
                send: &send,
            };
            book.walk(&mut maker, &progress)?;
            maker.spoilt.found().map_or(Ok(()), Err)?;
            maker.hand_over()?;
            Ok(book)
        });
        Ok(Self { portions, reader: Some(reader), book: None })
    }

    /// The next rows; `None` when all of the sheet have come.
    ///
    /// # Errors
    /// [`ImportError::File`] when the rest of the file is not what its beginning was; [`ImportError::Stopped`].
    pub(super) async fn next(&mut self) -> Result<Option<Vec<Planned>>, ImportError> {
        if let Some(rows) = self.portions.recv().await {
            return Ok(Some(rows));
        }
        if let Some(reader) = self.reader.take() {
            self.book = Some(reader.await.map_err(|e| thread(&e))?.map_err(ImportError::of_file)?);
        }
        Ok(None)
    }

    /// The file, for another walk; none before all of its rows have come.
    pub(super) fn book(self) -> Option<Book> {
        self.book
    }
}

/// Compares the rows of one sheet as they come.
struct Maker<'a> {
    sheet: &'a str,
    /// Whether the sheet has come: of two with one name the first is meant.
    found: bool,
    planner: Planner<'a>,
    spoilt: Spoilt,
    portion: Vec<Planned>,
    send: &'a mpsc::Sender<Vec<Planned>>,
}

impl Maker<'_> {
    /// Hands over what has been made; whoever took it may have gone.
    fn hand_over(&mut self) -> Result<(), FileError> {
        let portion = std::mem::replace(&mut self.portion, Vec::with_capacity(PORTION));
        self.send.blocking_send(portion).map_err(|_| FileError::Stopped)
    }
}

impl Rows for Maker<'_> {
    fn begin(&mut self, sheet: &str) -> bool {
        let wanted = !self.found && sheet == self.sheet;
        self.found |= wanted;
        wanted
    }

    fn row(&mut self, place: usize, cells: &mut Vec<Cell>) -> Result<bool, FileError> {
        self.spoilt.row(cells);
        self.portion.extend(self.planner.row(place, cells));
        if self.portion.len() == PORTION {
            self.hand_over()?;
        }
        Ok(true)
    }
}
