//! Named statements that register themselves.

/// One SQL text with a name. Made by [`crate::sql!`] only.
#[derive(Debug)]
pub struct Statement {
    /// `area::slice::NAME`, shown in logs and by the catalogue test.
    pub name: &'static str,
    postgres: &'static str,
    sqlite: &'static str,
}

impl Statement {
    #[doc(hidden)]
    #[must_use]
    pub const fn new(name: &'static str, postgres: &'static str, sqlite: &'static str) -> Self {
        Self { name, postgres, sqlite }
    }

    /// The text for PostgreSQL.
    #[must_use]
    pub fn postgres(&self) -> &'static str {
        self.postgres
    }

    /// The text for SQLite; the same as for PostgreSQL unless the dialects leave no choice.
    #[must_use]
    pub fn sqlite(&self) -> &'static str {
        self.sqlite
    }
}

#[doc(hidden)]
pub struct Registered(pub &'static Statement);

inventory::collect!(Registered);

/// Every statement linked into the program, by name.
#[must_use]
pub fn statements() -> Vec<&'static Statement> {
    let mut all: Vec<_> = inventory::iter::<Registered>().map(|r| r.0).collect();
    all.sort_by_key(|s| s.name);
    all
}

/// Declares a named statement: `sql!(NAME, "text")`, or, only where the dialects leave no choice,
/// `sql!(NAME, postgres: "text", sqlite: "text")`. Parameters are `$1`, `$2`, … on both.
#[macro_export]
macro_rules! sql {
    ($(#[$doc:meta])* $name:ident, $text:expr) => {
        $crate::sql!($(#[$doc])* $name, postgres: $text, sqlite: $text);
    };
    ($(#[$doc:meta])* $name:ident, postgres: $postgres:expr, sqlite: $sqlite:expr) => {
        $(#[$doc])*
        pub(crate) static $name: $crate::Statement =
            $crate::Statement::new(concat!(module_path!(), "::", stringify!($name)), $postgres, $sqlite);
        $crate::inventory::submit! { $crate::Registered(&$name) }
    };
}
