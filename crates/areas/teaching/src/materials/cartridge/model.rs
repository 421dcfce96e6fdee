//! What stands in a cartridge, and its manifest. Pure.

use askama::Template;
use kernel::text::fold;
use web::T;

use super::super::store::Taught;
use crate::curriculum::{Objective, ProgrammeLine, Topic, topic_values};

/// Most characters of a file's name in the package.
const NAME_MOST: usize = 60;

/// A file of the package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) name: String,
    pub(super) content: Content,
}

/// Where its bytes come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Content {
    /// Made here.
    Text(String),
    /// A kept file, by its SHA-256.
    Kept(String),
}

/// What an item points at.
struct Resource {
    id: String,
    /// Kind of the standard.
    kind: &'static str,
    name: String,
    content: Content,
}

struct Leaf {
    id: String,
    title: String,
    resource: String,
}

struct Folder {
    id: String,
    title: String,
    leaves: Vec<Leaf>,
}

/// A cartridge.
#[derive(Template)]
#[template(path = "materials/cartridge/manifest.xml")]
pub(super) struct Cartridge {
    id: String,
    language: &'static str,
    title: String,
    about: String,
    folders: Vec<Folder>,
    resources: Vec<Resource>,
}

#[derive(Template)]
#[template(path = "materials/cartridge/topic.html")]
struct TopicPage<'a> {
    language: &'static str,
    title: &'a str,
    values: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "materials/cartridge/link.xml")]
struct LinkFile<'a> {
    title: &'a str,
    address: &'a str,
}

/// A name of plain letters, digits and hyphens.
pub(super) fn slug(text: &str) -> String {
    let mut out = String::new();
    for c in fold(text).chars() {
        if c.is_ascii_alphanumeric() {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
    }
    out.chars().take(NAME_MOST).collect::<String>().trim_end_matches('-').to_owned()
}

impl Cartridge {
    /// The topics in their order, each a folder with a page of its own and its materials; a material of several topics is packed once.
    pub(super) fn of(t: T, line: &ProgrammeLine, aims: &[Objective], topics: &[Topic], materials: &[Taught]) -> Self {
        let language = if t.lang == web::Lang::Vi { "vi" } else { "en" };
        let (mut folders, mut resources): (Vec<Folder>, Vec<Resource>) = (Vec::new(), Vec::new());
        for (place, topic) in (1..).zip(topics) {
            let page = TopicPage { language, title: &topic.title, values: topic_values(t, topic) };
            let own = Resource {
                id: format!("page-{place}"),
                kind: "webcontent",
                name: format!("topics/{place:02}.html"),
                content: Content::Text(page.render().unwrap_or_default()),
            };
            let mut leaves =
                vec![Leaf { id: format!("item-{place}-0"), title: topic.title.clone(), resource: own.id.clone() }];
            resources.push(own);
            for (n, material) in (1..).zip(materials.iter().filter(|m| m.topic_code == topic.code)) {
                let id = format!("material-{}", material.id);
                if !resources.iter().any(|r| r.id == id) {
                    resources.push(Resource::of(id.clone(), material));
                }
                let title = material.title.clone();
                leaves.push(Leaf { id: format!("item-{place}-{n}"), title, resource: id });
            }
            let title =
                t.args("materials-cartridge-topic", [("n", place.into()), ("title", topic.title.clone().into())]);
            folders.push(Folder { id: format!("topic-{place}"), title: title.into_owned(), leaves });
        }
        let about: Vec<&str> = aims.iter().map(|aim| aim.text.as_str()).collect();
        Self {
            id: format!("programme-{}-{}", line.id, line.number),
            language,
            title: line.name.clone(),
            about: about.join(" "),
            folders,
            resources,
        }
    }

    /// The files of the package, the manifest first.
    ///
    /// # Errors
    /// When the manifest cannot be written.
    pub(super) fn parts(&self) -> Result<Vec<Part>, askama::Error> {
        let manifest = Part { name: "imsmanifest.xml".to_owned(), content: Content::Text(self.render()?) };
        let others = self.resources.iter().map(|r| Part { name: r.name.clone(), content: r.content.clone() });
        Ok(std::iter::once(manifest).chain(others).collect())
    }
}

impl Resource {
    fn of(id: String, material: &Taught) -> Self {
        let end = id.rsplit('-').next().unwrap_or_default();
        let name = format!("{}-{end}", slug(&material.title));
        match (&material.sha256, &material.address) {
            (Some(sha256), _) => Self {
                kind: "webcontent",
                name: format!("materials/{name}.{}", material.format),
                content: Content::Kept(sha256.clone()),
                id,
            },
            (None, address) => {
                let address = address.as_deref().unwrap_or_default();
                let file = LinkFile { title: &material.title, address };
                Self {
                    kind: "imswl_xmlv1p3",
                    name: format!("links/{name}.xml"),
                    content: Content::Text(file.render().unwrap_or_default()),
                    id,
                }
            }
        }
    }
}
