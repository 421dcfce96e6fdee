//! Commands of the operator.

use std::{fs, io, path::Path};

use anyhow::{Result, anyhow, bail};
use app::reference::{LoadError, Reference, TableError, load_tables};
use documents::report;
use kernel::text::clean;
use oversight::appendices::{Appendix, appendix};
use oversight::coverage::{Format, coverage, write as write_coverage};
use people::{
    accounts::{
        AccountInput, ROLES, ScopeKind,
        actions::{ResetError, one_time_password, reset_password_here},
        add_accounts, good_name, good_username, password,
    },
    organisation::commune_by_code,
    registry::{
        gaps,
        import::{self, ImportError, Importer, MOST_BYTES},
        reconcile as reconcile_lines,
    },
};
use store::{Broken, By, Conn, Verified};
use teaching::scheme::{self, Scheme};
use web::{Lang, T};

use crate::{
    BadInput, Paper, Place,
    serve::{open, open_existing, sealed},
};

/// The scheme of a code; without one the only scheme there is.
async fn chosen(conn: &mut Conn, code: Option<&str>) -> Result<Scheme> {
    let mut schemes = scheme::all(conn).await?;
    let codes = schemes.iter().map(|s| s.code.as_str()).collect::<Vec<_>>().join(", ");
    match code {
        Some(code) => match schemes.iter().position(|s| s.code == code) {
            Some(place) => Ok(schemes.swap_remove(place)),
            None if codes.is_empty() => Err(BadInput("no scheme is loaded".to_owned()).into()),
            None => Err(BadInput(format!("no scheme {code}; there are {codes}")).into()),
        },
        None if schemes.len() > 1 => Err(BadInput(format!("--scheme: one of {codes}")).into()),
        None => schemes.pop().ok_or_else(|| BadInput("no scheme is loaded".to_owned()).into()),
    }
}

/// `boiduong report coverage`
pub async fn report_coverage(place: &Place, format: &str, out: &Path, scheme: Option<&str>) -> Result<()> {
    let format = match format {
        "xlsx" => Format::Xlsx,
        "csv" => Format::Csv,
        "json" => Format::Json,
        other => return Err(BadInput(format!("no format {other}; there are xlsx, csv, json")).into()),
    };
    let db = open_existing(place).await?;
    let today = db.today();
    let mut conn = db.read().await?;
    let scheme = chosen(&mut conn, scheme).await?;
    let rules = scheme::rules(&mut conn, scheme.id, today).await?;
    let figures = coverage(&mut conn, &scheme, &rules, today).await?;
    let bytes = write_coverage(T { lang: Lang::Vi }, &scheme.short_name, &figures, format)?;
    fs::write(out, &bytes).map_err(|e| BadInput(format!("{}: {e}", out.display())))?;
    println!("{} of {} people trained, {} communes", figures.trained, figures.people, figures.communes.len());
    Ok(())
}

/// `boiduong report appendix-1`, `appendix-2`, `appendix-3`
pub async fn report_appendix(place: &Place, which: Appendix, paper: &Paper) -> Result<()> {
    let format: report::Format = paper.format.parse().map_err(|e: report::NoFormat| BadInput(e.to_string()))?;
    let db = open_existing(place).await?;
    let today = db.today();
    let mut conn = db.read().await?;
    let scheme = chosen(&mut conn, paper.scheme.as_deref()).await?;
    let rules = scheme::rules(&mut conn, scheme.id, today).await?;
    let made = appendix(&mut conn, T { lang: Lang::Vi }, which, &scheme, &rules, today).await?;
    let bytes = report::render(&made, format)?;
    fs::write(&paper.out, &bytes).map_err(|e| BadInput(format!("{}: {e}", paper.out.display())))?;
    println!("{}: {} bytes", paper.out.display(), bytes.len());
    Ok(())
}

/// `boiduong import people`
pub async fn import_people(place: &Place, file: &Path, dry_run: bool, scheme: Option<&str>) -> Result<()> {
    let t = T { lang: Lang::Vi };
    let unreadable = |e: io::Error| BadInput(format!("{}: {e}", file.display()));
    if fs::metadata(file).map_err(unreadable)?.len() > u64::try_from(MOST_BYTES)? {
        return Err(BadInput(t.get("import-cli-large").into_owned()).into());
    }
    let bytes = fs::read(file).map_err(unreadable)?;
    // what a person can mend is said in the language of the rosters
    let refused = |error: ImportError| match error.text(t) {
        Some(text) => anyhow::Error::from(BadInput(format!("{}: {text}", file.display()))),
        None => error.into(),
    };
    let db = sealed(place, &open(place).await?).await?;
    let province = chosen(&mut db.read().await?, scheme).await?.province_id;
    let who = Importer::System("cli.import", province);
    let draft = import::draft(&db, who, bytes, false).await.map_err(refused)?;
    let (missing, sheet) = (draft.missing(), draft.sheet().to_owned());
    if !missing.is_empty() {
        return Err(refused(ImportError::Columns(missing)));
    }
    let (look, draft) = import::look(&db, who, draft).await.map_err(refused)?;
    let counts = look.counts;
    let args = [
        ("sheet", sheet.as_str().into()),
        ("new", counts.new.into()),
        ("changed", counts.changed.into()),
        ("unchanged", counts.unchanged.into()),
        ("faulty", counts.faulty.into()),
        ("doubtful", counts.doubtful.into()),
        ("skipped", counts.skipped.into()),
    ];
    println!("{}", t.args("import-cli-read", args));
    if counts.faulty > 0 {
        println!("{}", t.get("import-cli-faulty"));
        for row in &look.faulty {
            println!("  {}", row.line(t, &sheet));
        }
    }
    if counts.doubtful > 0 {
        println!("{}", t.get("import-cli-doubtful"));
        for (row, name) in &look.doubtful {
            println!("  {row}: {name}");
        }
    }
    if dry_run {
        println!("{}", t.get("import-cli-dry"));
        return Ok(());
    }
    if counts.writes() == 0 {
        println!("{}", t.get("import-nothing"));
        return Ok(());
    }
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let id = import::preview(&db, who, &name, draft).await.map_err(refused)?;
    let done = import::commit(&db, who, id).await.map_err(refused)?;
    println!("{}", t.args("import-committed", [("new", done.new.into()), ("changed", done.changed.into())]));
    Ok(())
}

/// `boiduong load scheme`
pub async fn load_scheme(place: &Place, folder: Option<&Path>) -> Result<()> {
    let faulty = |error: TableError| BadInput(error.to_string());
    let reference = folder.map_or_else(Reference::load, Reference::folder).map_err(faulty)?;
    let db = open(place).await?;
    match load_tables(&db, &reference, &mut |what, count| println!("{count:>6} {what}")).await {
        Err(LoadError::Table(error)) => Err(faulty(error).into()),
        done => Ok(done?),
    }
}

/// `boiduong reconcile`
pub async fn reconcile(place: &Place, scheme: Option<&str>) -> Result<()> {
    let db = open_existing(place).await?;
    let mut conn = db.read().await?;
    let scheme = chosen(&mut conn, scheme).await?;
    let lines = reconcile_lines(&mut conn, scheme.province_id).await?;
    if lines.is_empty() {
        return Err(BadInput("no declared totals are loaded".to_owned()).into());
    }
    println!("{:<12} {:<20} {:>9} {:>9} {:>7}", "dimension", "key", "declared", "register", "diff");
    for line in &lines {
        let diff = line.counted - line.declared;
        println!("{:<12} {:<20} {:>9} {:>9} {diff:>7}", line.dimension, line.key, line.declared, line.counted);
    }
    println!();
    for gap in gaps(&lines) {
        println!("gap {:<12} sum {:>6} missing {:>4}", gap.dimension, gap.sum, gap.missing);
    }
    Ok(())
}

/// `boiduong audit verify`
pub async fn audit_verify(place: &Place) -> Result<()> {
    let db = open_existing(place).await?;
    match store::verify(&mut db.read().await?).await? {
        Verified::Whole(records) => {
            println!("audit whole: {records} records");
            Ok(())
        }
        Verified::Broken(Broken::Changed(seq)) => bail!("audit broken: record {seq} was changed"),
        Verified::Broken(Broken::Missing(seq)) => bail!("audit broken: record {seq} is missing"),
        Verified::Broken(Broken::CutOff { found, expected }) => {
            bail!("audit broken: record {} is missing, the chain ends at {found} of {expected}", found + 1)
        }
    }
}

/// `boiduong user add`
pub async fn user_add(
    place: &Place,
    username: &str,
    role: &str,
    name: &str,
    commune: Option<&str>,
    scheme: Option<&str>,
) -> Result<()> {
    let db = open(place).await?;
    let Some(role) = ROLES.iter().find(|r| r.code == role) else {
        let codes: Vec<&str> = ROLES.iter().map(|r| r.code).collect();
        return Err(BadInput(format!("no role {role}; there are {}", codes.join(", "))).into());
    };
    let username = username.trim().to_lowercase();
    if !good_username(&username) {
        return Err(BadInput(format!("{username}: a sign-in name has 3 to 40 of a-z, 0-9, point, dash")).into());
    }
    let name = clean(name);
    if !good_name(&name) {
        return Err(BadInput("--name: 1 to 120 characters".to_owned()).into());
    }
    let commune = match commune {
        Some(code) => {
            let unit = commune_by_code(&mut db.read().await?, code).await?;
            Some(unit.ok_or_else(|| BadInput(format!("no commune {code}")))?)
        }
        None => None,
    };
    if (role.scope == ScopeKind::Commune) != commune.is_some() {
        return Err(BadInput("--commune belongs to the role commune_officer, which needs it".to_owned()).into());
    }
    let province = match scheme {
        Some(code) => Some(chosen(&mut db.read().await?, Some(code)).await?.province_id),
        None => None,
    };
    if let (Some((_, of_commune)), Some(of_scheme)) = (commune, province)
        && of_commune != of_scheme
    {
        return Err(BadInput("--commune: the commune is not of the scheme's province".to_owned()).into());
    }
    let commune = commune.map(|(unit, _)| unit);
    let once = one_time_password()?;
    let hash = password::hash(&once).await.map_err(|e| anyhow!(e))?;
    let input = AccountInput { username: username.clone(), name, role: role.code, commune, person: None, province };
    match add_accounts(&db, By::System("cli.user"), &[input], &hash, true).await {
        Ok(_) => {
            println!("{username}: {once}");
            Ok(())
        }
        Err(error) if error.is_unique("username") => Err(BadInput(format!("{username} is taken")).into()),
        Err(error) => Err(error.into()),
    }
}

/// `boiduong user reset`
pub async fn user_reset(place: &Place, username: &str) -> Result<()> {
    let db = open_existing(place).await?;
    match reset_password_here(&db, &username.to_lowercase()).await {
        Ok(once) => {
            println!("{username}: {once}");
            Ok(())
        }
        Err(ResetError::NotFound) => Err(BadInput(format!("no account {username}")).into()),
        Err(error) => Err(error.into()),
    }
}
