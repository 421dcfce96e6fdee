//! What an area brings into the house; `app` puts the areas together.

use store::JobKind;

use crate::{NavItem, Routes};

/// Routes, jobs, navigation and rights of one area.
#[derive(Default)]
pub struct Area {
    /// Pages and resources with their access.
    pub routes: Routes,
    /// Kinds of jobs.
    pub jobs: Vec<JobKind>,
    /// Entries of the navigation.
    pub nav: Vec<NavItem>,
    /// Names of the rights that the area asks for.
    pub rights: Vec<&'static str>,
}

impl Area {
    /// Adds another slice or area.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.routes = self.routes.merge(other.routes);
        self.jobs.extend(other.jobs);
        self.nav.extend(other.nav);
        self.rights.extend(other.rights);
        self
    }
}
