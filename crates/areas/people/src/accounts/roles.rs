//! Roles of the scheme's bodies and what each may do: the one table of rights.

/// Whose records a role may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScopeKind {
    /// The whole province.
    Province,
    /// The commune named in the account.
    Commune,
    /// The person behind the account.
    Own,
    /// Aggregates only.
    Nobody,
}

/// A role with its rights. Its name on pages is the message `accounts-role-CODE`.
#[derive(Debug, Clone, Copy)]
pub struct Role {
    /// Stable code.
    pub code: &'static str,
    /// Whose records it may see.
    pub scope: ScopeKind,
    /// Names of its rights.
    pub rights: &'static [&'static str],
    /// First page after signing in.
    pub home: &'static str,
}

/// Every role. Source of the duties: the scheme, part three, I (who directs, inspects, organises, nominates).
pub const ROLES: &[Role] = &[
    // Ban Thường vụ Tỉnh ủy: directs, reads everything aggregated
    Role {
        code: "standing_committee",
        scope: ScopeKind::Nobody,
        rights: &[
            "board.read",
            "reports.export",
            "communes.read",
            "people.statistics",
            "programmes.read",
            "needs.read",
            "plan.read",
            "plan.review",
            "plan.approve",
            "classes.read",
            "nominations.score",
            "circulars.read",
        ],
        home: "/board",
    },
    // Ban Tổ chức Tỉnh ủy: inspects
    Role {
        code: "organisation_committee",
        scope: ScopeKind::Province,
        rights: &[
            "board.read",
            "reports.export",
            "communes.read",
            "people.read",
            "people.sensitive",
            "people.statistics",
            "programmes.read",
            "needs.read",
            "plan.read",
            "plan.review",
            "classes.read",
            "nominations.score",
            "national.read",
            "materials.read",
            "freshness.read",
            "circulars.read",
            "circulars.publish",
            "files.send",
        ],
        home: "/board",
    },
    // Sở Nội vụ: state management, yearly plan
    Role {
        code: "home_affairs",
        scope: ScopeKind::Province,
        rights: &[
            "board.read",
            "reports.export",
            "communes.read",
            "units.edit",
            "people.read",
            "people.edit",
            "people.sensitive",
            "people.merge",
            "data.desk",
            "people.import",
            "people.export",
            "people.statistics",
            "programmes.read",
            "needs.read",
            "plan.read",
            "plan.review",
            "classes.read",
            "nominations.score",
            "national.read",
            "materials.read",
            "freshness.read",
            "circulars.read",
            "circulars.publish",
            "files.send",
        ],
        home: "/board",
    },
    // Ban Tuyên giáo và Dân vận Tỉnh ủy: appraises programmes
    Role {
        code: "propaganda",
        scope: ScopeKind::Nobody,
        rights: &[
            "board.read",
            "reports.export",
            "communes.read",
            "people.statistics",
            "programmes.read",
            "needs.read",
            "programmes.appraise",
            "plan.read",
            "classes.read",
            "materials.read",
            "materials.review",
            "freshness.read",
            "legal.edit",
            "circulars.read",
            "circulars.publish",
            "files.send",
        ],
        home: "/board",
    },
    // Sở Tài chính: arranges money
    Role {
        code: "finance",
        scope: ScopeKind::Nobody,
        rights: &[
            "board.read",
            "reports.export",
            "communes.read",
            "people.statistics",
            "programmes.read",
            "needs.read",
            "plan.read",
            "classes.read",
            "circulars.read",
        ],
        home: "/board",
    },
    // Trường Chính trị tỉnh, phòng QLĐT & NCKH: organises
    Role {
        code: "school_training",
        scope: ScopeKind::Province,
        rights: &[
            "board.read",
            "reports.export",
            "communes.read",
            "units.edit",
            "people.read",
            "people.edit",
            "people.merge",
            "people.import",
            "people.export",
            "people.statistics",
            "accounts.learners",
            "notices.manage",
            "lecturers.invite",
            "programmes.read",
            "needs.read",
            "programmes.edit",
            "needs.edit",
            "milestones.close",
            "plan.read",
            "plan.compose",
            "classes.read",
            "nominations.score",
            "national.read",
            "classes.open",
            "rooms.edit",
            "timetable.edit",
            "lecturers.read",
            "lecturers.edit",
            "classes.accept",
            "intake.read",
            "intake.fill",
            "groups.edit",
            "attendance.take",
            "essays.mark",
            "certificates.issue",
            "papers.make",
            "papers.sign",
            "materials.read",
            "materials.write",
            "materials.review",
            "files.send",
            "freshness.read",
            "freshness.settle",
            "legal.edit",
            "circulars.read",
            "circulars.publish",
        ],
        home: "/board",
    },
    // Hiệu trưởng: decides results, signs
    Role {
        code: "school_head",
        scope: ScopeKind::Province,
        rights: &[
            "board.read",
            "reports.export",
            "communes.read",
            "people.read",
            "people.statistics",
            "programmes.read",
            "needs.read",
            "programmes.enforce",
            "plan.read",
            "classes.read",
            "nominations.score",
            "national.read",
            "lecturers.read",
            "results.decide",
            "certificates.issue",
            "papers.make",
            "papers.sign",
            "materials.read",
            "materials.review",
            "freshness.read",
            "circulars.read",
            "circulars.publish",
            "files.send",
        ],
        home: "/board",
    },
    // Giảng viên: heads classes, takes roll-calls, marks essays
    Role {
        code: "lecturer",
        scope: ScopeKind::Nobody,
        rights: &[
            "offers.answer",
            "programmes.read",
            "needs.read",
            "classes.read",
            "groups.edit",
            "attendance.take",
            "essays.mark",
            "materials.read",
            "materials.write",
            "materials.review",
            "files.send",
            "freshness.read",
            "freshness.settle",
            "circulars.read",
        ],
        home: "/classes",
    },
    // Ban thường vụ đảng ủy xã, phường: nominates, follows its learners
    Role {
        code: "commune_officer",
        scope: ScopeKind::Commune,
        rights: &[
            "communes.read",
            "people.read",
            "people.edit",
            "people.sensitive",
            "people.import",
            "people.export",
            "people.statistics",
            "accounts.learners",
            "programmes.read",
            "needs.read",
            "classes.read",
            "nominations.score",
            "classes.nominate",
            "intake.read",
            "intake.fill",
            "needs.rate",
            "circulars.read",
        ],
        home: "/classes",
    },
    // Học viên: own record
    Role {
        code: "learner",
        scope: ScopeKind::Own,
        rights: &[
            "programmes.read",
            "needs.read",
            "needs.rate",
            "surveys.answer",
            "circulars.read",
            "classes.register",
        ],
        home: "/me",
    },
    // Quản trị: accounts, no personal data beyond need
    Role {
        code: "administrator",
        scope: ScopeKind::Nobody,
        rights: &["accounts.manage", "audit.read", "notices.manage"],
        home: "/accounts",
    },
];

/// A role by its code.
#[must_use]
pub fn role(code: &str) -> Option<&'static Role> {
    ROLES.iter().find(|r| r.code == code)
}
