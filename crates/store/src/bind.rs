//! Values on their way into a statement.

use sqlx::{
    Arguments, Encode, Postgres, Sqlite, Type, error::BoxDynError, postgres::PgArguments, sqlite::SqliteArguments,
};

/// Arguments of one statement for one of the engines.
pub enum Args {
    #[doc(hidden)]
    Sqlite(SqliteArguments),
    #[doc(hidden)]
    Postgres(PgArguments),
}

impl Args {
    /// Appends a value as the next parameter.
    ///
    /// # Errors
    /// When the driver cannot encode it.
    pub fn add(&mut self, value: &dyn Bind) -> Result<(), BoxDynError> {
        value.add_to(self)
    }
}

/// A value that both engines can store: typed ids, text, `i64`, `bool`, dates, bytes, and options of them.
pub trait Bind: Send + Sync {
    /// Appends the value to the arguments.
    ///
    /// # Errors
    /// When the driver cannot encode it.
    fn add_to(&self, args: &mut Args) -> Result<(), BoxDynError>;
}

impl<T> Bind for T
where
    T: Clone + Send + Sync,
    T: for<'q> Encode<'q, Sqlite> + Type<Sqlite>,
    T: for<'q> Encode<'q, Postgres> + Type<Postgres>,
{
    fn add_to(&self, args: &mut Args) -> Result<(), BoxDynError> {
        match args {
            Args::Sqlite(args) => Arguments::add(args, self.clone()),
            Args::Postgres(args) => Arguments::add(args, self.clone()),
        }
    }
}
