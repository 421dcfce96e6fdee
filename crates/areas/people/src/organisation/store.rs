//! SQL of the organisation and its loading; nobody else writes these tables.

use std::collections::HashMap;

use ::store::{By, Change, Conn, StoreError, Tx, sql};
use chrono::NaiveDate;
use kernel::{
    Actor, PositionId, UnitId,
    text::{fold, plain_sort_key, post_key},
};

/// A commune on its way in.
#[derive(Debug, Clone, serde::Serialize)]
#[expect(missing_docs, reason = "columns of org_unit and commune, described in the dictionary")]
pub struct CommuneInput {
    pub code: String,
    pub name: String,
    pub kind: String,
    pub former_district: String,
    pub region: String,
    pub is_border: bool,
    pub is_highland: bool,
    pub is_mountain: bool,
    pub is_coastal: bool,
    pub population: Option<i64>,
    pub road_km: Option<i64>,
    pub lat: f64,
    pub lon: f64,
}

/// A kind of office that every commune has.
#[derive(Debug, Clone, serde::Serialize, sqlx::FromRow)]
#[expect(missing_docs, reason = "columns of office_kind, described in the dictionary")]
pub struct OfficeKindInput {
    pub code: String,
    pub name: String,
    pub bloc: String,
}

/// A post.
#[derive(Debug, Clone, serde::Serialize, sqlx::FromRow)]
#[expect(missing_docs, reason = "columns of position, described in the dictionary")]
pub struct PositionInput {
    pub code: String,
    pub title: String,
    pub bloc: String,
    pub office_code: Option<String>,
    pub level: String,
    pub target_group: Option<i64>,
}

/// An ethnic group.
#[derive(Debug, Clone, serde::Serialize, sqlx::FromRow)]
#[expect(missing_docs, reason = "columns of ethnic_group, described in the dictionary")]
pub struct EthnicInput {
    pub code: String,
    pub name: String,
    pub is_minority: bool,
}

/// A province with everything below it.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "lists of the inputs above")]
pub struct OrganisationInput {
    pub province_code: String,
    pub province_name: String,
    pub since: NaiveDate,
    pub communes: Vec<CommuneInput>,
    pub office_kinds: Vec<OfficeKindInput>,
    pub positions: Vec<PositionInput>,
    pub ethnic_groups: Vec<EthnicInput>,
}

sql!(
    INSERT_UNIT,
    "INSERT INTO org_unit (id, parent_id, kind, code, name, search_key, sort_key, valid_from)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
);
sql!(
    INSERT_COMMUNE,
    "INSERT INTO commune (unit_id, kind, former_district, region, is_border, is_highland, is_mountain, is_coastal, population,
                          road_km, lat, lon)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
);
sql!(INSERT_FIRST_NAME, "INSERT INTO unit_name (unit_id, valid_from, name, decision) VALUES ($1, $2, $3, '')");
sql!(
    INSERT_FIRST_ATTRIBUTE,
    "INSERT INTO unit_attribute (unit_id, attribute, valid_from, valid_to, source) VALUES ($1, $2, $3, NULL, $4)"
);
sql!(
    INSERT_OFFICE_KIND,
    "INSERT INTO office_kind (code, name, bloc, search_key) VALUES ($1, $2, $3, $4) ON CONFLICT (code) DO NOTHING"
);
sql!(INSERT_OFFICE, "INSERT INTO office (unit_id, commune_id, kind_code) VALUES ($1, $2, $3)");
sql!(
    INSERT_POSITION,
    "INSERT INTO position (id, code, title, search_key, bloc, office_code, level, target_group, place)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (code) DO NOTHING"
);
sql!(
    INSERT_ETHNIC,
    "INSERT INTO ethnic_group (code, name, search_key, is_minority) VALUES ($1, $2, $3, $4) ON CONFLICT (code) DO NOTHING"
);

sql!(
    POSTS,
    "SELECT p.id, p.title, COALESCE(k.name, '') AS office FROM position p LEFT JOIN office_kind k ON k.code = p.office_code
     ORDER BY p.place, p.id"
);
sql!(SET_POST_KEY, "UPDATE position SET search_key = $2 WHERE id = $1");

struct Unit<'a> {
    id: UnitId,
    parent: Option<UnitId>,
    kind: &'a str,
    code: String,
    name: &'a str,
}

/// The attributes that a commune begins with.
fn first_attributes(id: UnitId, commune: &CommuneInput) -> Vec<(UnitId, String)> {
    let flags = [
        (commune.is_border, "border"),
        (commune.is_highland, "highland"),
        (commune.is_mountain, "mountain"),
        (commune.is_coastal, "coastal"),
    ];
    let priorities = flags.into_iter().filter(|(holds, _)| *holds).map(|(_, code)| code.to_owned());
    std::iter::once(format!("region_{}", commune.region)).chain(priorities).map(|code| (id, code)).collect()
}

/// Makes the keys of all posts anew, after the rule for them has changed.
pub(crate) async fn renew_post_keys(tx: &mut Tx) -> Result<(), StoreError> {
    let posts: Vec<(PositionId, String, String)> = tx.all(&POSTS, &[]).await?;
    for (post, title, office) in posts {
        tx.exec(&SET_POST_KEY, &[&post, &post_key(&title, &office)]).await?;
    }
    Ok(())
}

/// Writes a province: its communes, an office of every kind in each, posts and ethnic groups; gives its unit. Provinces
/// share the lists of kinds of offices, posts and ethnic groups: what another one brought stays as it is ([`shared`]).
///
/// # Errors
/// [`StoreError::Unique`] when the province or a commune is there already; the database's failure.
pub async fn load_organisation(tx: &mut Tx, by: By<'_>, input: &OrganisationInput) -> Result<UnitId, StoreError> {
    let province = UnitId::new(tx.ids());
    let mut units = vec![Unit {
        id: province,
        parent: None,
        kind: "province",
        code: province_code(&input.province_code),
        name: &input.province_name,
    }];
    let mut communes = Vec::with_capacity(input.communes.len());
    let mut offices = Vec::with_capacity(input.communes.len() * input.office_kinds.len());
    for commune in &input.communes {
        let id = UnitId::new(tx.ids());
        units.push(Unit {
            id,
            parent: Some(province),
            kind: "commune",
            code: commune.code.clone(),
            name: &commune.name,
        });
        communes.push((id, commune));
        for kind in &input.office_kinds {
            let office = UnitId::new(tx.ids());
            let code = format!("{}-{}", commune.code, kind.code);
            units.push(Unit { id: office, parent: Some(id), kind: "office", code, name: &kind.name });
            offices.push((office, id, &kind.code));
        }
    }
    tx.exec_many(&INSERT_UNIT, &units, |u, args| {
        args.add(&u.id)?;
        args.add(&u.parent)?;
        args.add(&u.kind)?;
        args.add(&u.code)?;
        args.add(&u.name)?;
        args.add(&fold(u.name))?;
        args.add(&plain_sort_key(u.name))?;
        args.add(&input.since)
    })
    .await?;
    tx.exec_many(&INSERT_COMMUNE, &communes, |(id, c), args| {
        args.add(id)?;
        args.add(&c.kind)?;
        args.add(&c.former_district)?;
        args.add(&c.region)?;
        args.add(&c.is_border)?;
        args.add(&c.is_highland)?;
        args.add(&c.is_mountain)?;
        args.add(&c.is_coastal)?;
        args.add(&c.population)?;
        args.add(&c.road_km)?;
        args.add(&c.lat)?;
        args.add(&c.lon)
    })
    .await?;
    let named = units.iter().filter(|u| u.kind != "office");
    tx.exec_many(&INSERT_FIRST_NAME, named, |u, args| {
        args.add(&u.id)?;
        args.add(&input.since)?;
        args.add(&u.name)
    })
    .await?;
    let attributes: Vec<(UnitId, String)> = communes.iter().flat_map(|(id, c)| first_attributes(*id, c)).collect();
    tx.exec_many(&INSERT_FIRST_ATTRIBUTE, &attributes, |(id, attribute), args| {
        args.add(id)?;
        args.add(attribute)?;
        args.add(&input.since)?;
        args.add(&"")
    })
    .await?;
    tx.exec_many(&INSERT_OFFICE_KIND, &input.office_kinds, |k, args| {
        args.add(&k.code)?;
        args.add(&k.name)?;
        args.add(&k.bloc)?;
        args.add(&fold(&k.name))
    })
    .await?;
    tx.exec_many(&INSERT_OFFICE, &offices, |(office, commune, kind), args| {
        args.add(office)?;
        args.add(commune)?;
        args.add(kind)
    })
    .await?;
    let positions: Vec<(PositionId, i64, &PositionInput)> =
        (1..).zip(&input.positions).map(|(place, p)| (PositionId::new(tx.ids()), place, p)).collect();
    let office_of = |post: &PositionInput| {
        let kind = input.office_kinds.iter().find(|kind| Some(&kind.code) == post.office_code.as_ref());
        kind.map_or("", |kind| kind.name.as_str())
    };
    tx.exec_many(&INSERT_POSITION, &positions, |(id, place, p), args| {
        args.add(id)?;
        args.add(&p.code)?;
        args.add(&p.title)?;
        args.add(&post_key(&p.title, office_of(p)))?;
        args.add(&p.bloc)?;
        args.add(&p.office_code)?;
        args.add(&p.level)?;
        args.add(&p.target_group)?;
        args.add(place)
    })
    .await?;
    tx.exec_many(&INSERT_ETHNIC, &input.ethnic_groups, |e, args| {
        args.add(&e.code)?;
        args.add(&e.name)?;
        args.add(&fold(&e.name))?;
        args.add(&e.is_minority)
    })
    .await?;
    for (id, commune) in &communes {
        tx.audit(by, "organisation.commune.loaded", id, Change::created(commune))?;
    }
    tx.audit(by, "organisation.positions.loaded", "positions", Change::created(&input.positions))?;
    Ok(province)
}

/// The lists that provinces share, as they stand.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "lists of the inputs above")]
pub struct Shared {
    pub office_kinds: Vec<OfficeKindInput>,
    pub positions: Vec<PositionInput>,
    pub ethnic_groups: Vec<EthnicInput>,
}

sql!(OFFICE_KINDS, "SELECT code, name, bloc FROM office_kind ORDER BY code");
sql!(POSITIONS, "SELECT code, title, bloc, office_code, level, target_group FROM position ORDER BY code");
sql!(ETHNIC_GROUPS, "SELECT code, name, is_minority FROM ethnic_group ORDER BY code");

/// Reads the lists that provinces share.
///
/// # Errors
/// The database's failure.
pub async fn shared(conn: &mut Conn) -> Result<Shared, StoreError> {
    Ok(Shared {
        office_kinds: conn.all(&OFFICE_KINDS, &[]).await?,
        positions: conn.all(&POSITIONS, &[]).await?,
        ethnic_groups: conn.all(&ETHNIC_GROUPS, &[]).await?,
    })
}

sql!(PROVINCE, "SELECT id FROM org_unit WHERE code = $1 AND kind = 'province'");

/// A province by its code in the statistics office's list.
///
/// # Errors
/// The database's failure.
pub async fn province_by_code(conn: &mut Conn, code: &str) -> Result<Option<UnitId>, StoreError> {
    let row: Option<(UnitId,)> = conn.opt(&PROVINCE, &[&province_code(code)]).await?;
    Ok(row.map(|(id,)| id))
}

sql!(PROVINCE_NAME, "SELECT name FROM org_unit WHERE id = $1 AND kind = 'province'");

/// Name of a province: `Nghệ An`; nothing before one is loaded.
///
/// # Errors
/// The database's failure.
pub async fn province_name(conn: &mut Conn, province: Option<UnitId>) -> Result<String, StoreError> {
    let row: Option<(String,)> = conn.opt(&PROVINCE_NAME, &[&province]).await?;
    Ok(row.map(|(name,)| name).unwrap_or_default())
}

/// The code of a province among all units.
fn province_code(code: &str) -> String {
    format!("P{code}")
}

sql!(
    COMMUNE_NAMES,
    "SELECT commune_id, code, name FROM v_organisation_commune
     WHERE province_id = $1 AND valid_to IS NULL AND (CAST($2 AS UUID) IS NULL OR commune_id = $2) ORDER BY sort_key, code"
);
sql!(BY_CODE, "SELECT commune_id, province_id FROM v_organisation_commune WHERE code = $1");
sql!(COMMUNE_CODES, "SELECT code, commune_id FROM v_organisation_commune ORDER BY code");
sql!(OFFICE_CODES, "SELECT o.commune_id, o.kind_code, o.unit_id FROM office o ORDER BY o.commune_id, o.kind_code");
sql!(POSITION_CODES, "SELECT code, id FROM position ORDER BY code");

/// A commune as a choice of a form names it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct CommuneName {
    /// Its unit.
    pub commune_id: UnitId,
    /// Code of the statistics office, five digits.
    pub code: String,
    /// Name without its kind.
    pub name: String,
}

/// Names of the communes that an actor may see, in their order, without counting anybody.
///
/// # Errors
/// The database's failure.
pub async fn commune_names(conn: &mut Conn, actor: &Actor) -> Result<Vec<CommuneName>, StoreError> {
    conn.all(&COMMUNE_NAMES, &[&actor.province, &actor.commune()]).await
}

/// A commune of any province and its province, by its code.
///
/// # Errors
/// The database's failure.
pub async fn commune_by_code(conn: &mut Conn, code: &str) -> Result<Option<(UnitId, UnitId)>, StoreError> {
    conn.opt(&BY_CODE, &[&code]).await
}

/// Ids by code, for loading many people at once.
#[derive(Debug, Default)]
pub struct Lookup {
    /// Communes by code.
    pub communes: HashMap<String, UnitId>,
    /// Offices by commune and kind.
    pub offices: HashMap<(UnitId, String), UnitId>,
    /// Posts by code.
    pub positions: HashMap<String, PositionId>,
}

/// Reads every code with its id.
///
/// # Errors
/// The database's failure.
pub async fn lookup(conn: &mut Conn) -> Result<Lookup, StoreError> {
    let communes: Vec<(String, UnitId)> = conn.all(&COMMUNE_CODES, &[]).await?;
    let offices: Vec<(UnitId, String, UnitId)> = conn.all(&OFFICE_CODES, &[]).await?;
    let positions: Vec<(String, PositionId)> = conn.all(&POSITION_CODES, &[]).await?;
    Ok(Lookup {
        communes: communes.into_iter().collect(),
        offices: offices.into_iter().map(|(commune, kind, id)| ((commune, kind), id)).collect(),
        positions: positions.into_iter().collect(),
    })
}
