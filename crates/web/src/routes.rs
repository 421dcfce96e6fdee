//! Routes with their access: a route without an access entry cannot be written.

use axum::{Router, handler::Handler, http::Method, routing};
use kernel::Right;

use crate::App;

/// Who may ask for a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody, signed in or not.
    Public,
    /// Anybody who is signed in.
    SignedIn,
    /// Holders of the right. The handler takes `Permit<R>` for the same right; a test compares them.
    Right(&'static str),
}

impl Access {
    /// Holders of `R`.
    #[must_use]
    pub fn right<R: Right>() -> Self {
        Self::Right(R::NAME)
    }
}

/// One line of the access table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteEntry {
    /// HTTP method.
    pub method: Method,
    /// Path with its parameters: `/classes/{class}`.
    pub path: &'static str,
    /// Who.
    pub access: Access,
}

/// How large the body of an upload may be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MostBytes(pub usize);

/// A router that knows who may use it.
#[derive(Default)]
pub struct Routes {
    router: Router<App>,
    entries: Vec<RouteEntry>,
}

macro_rules! verb {
    ($(#[$doc:meta])* $name:ident, $method:ident) => {
        $(#[$doc])*
        #[must_use]
        pub fn $name<H, A>(mut self, path: &'static str, access: Access, handler: H) -> Self
        where
            H: Handler<A, App>,
            A: 'static,
        {
            self.router = self.router.route(path, routing::$name(handler));
            self.entries.push(RouteEntry { method: Method::$method, path, access });
            self
        }
    };
}

impl Routes {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    verb!(
        /// A page or a file.
        get, GET
    );
    verb!(
        /// Something new, or a step of a life cycle that is a resource of its own.
        post, POST
    );
    verb!(
        /// A resource as a whole.
        put, PUT
    );
    verb!(
        /// A part of a resource.
        patch, PATCH
    );
    verb!(
        /// An end.
        delete, DELETE
    );

    /// A POST whose body may be up to `most` bytes (uploads).
    #[must_use]
    pub fn upload<H, A>(mut self, path: &'static str, access: Access, most: usize, handler: H) -> Self
    where
        H: Handler<A, App>,
        A: 'static,
    {
        let limit = (axum::Extension(MostBytes(most)), axum::extract::DefaultBodyLimit::max(most));
        self.router = self.router.route(path, routing::post(handler).layer(limit));
        self.entries.push(RouteEntry { method: Method::POST, path, access });
        self
    }

    /// Adds another slice's routes.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.router = self.router.merge(other.router);
        self.entries.extend(other.entries);
        self
    }

    /// The access table.
    #[must_use]
    pub fn entries(&self) -> &[RouteEntry] {
        &self.entries
    }

    /// The plain router and the access table.
    pub fn into_parts(self) -> (Router<App>, Vec<RouteEntry>) {
        (self.router, self.entries)
    }
}
