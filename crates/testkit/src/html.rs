//! What every page of the house must keep, checked on the page itself.

use std::collections::BTreeSet;

use scraper::{ElementRef, Html, Selector};

use crate::Reply;

/// A form as a browser would send it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilledForm {
    /// Where it goes.
    pub action: String,
    /// Its fields with the values that stand in the page.
    pub fields: Vec<(String, String)>,
}

fn select<'a>(page: &'a Html, css: &str) -> Vec<ElementRef<'a>> {
    let selector = Selector::parse(css).expect("a CSS selector");
    page.select(&selector).collect()
}

fn inside<'a>(element: &ElementRef<'a>, css: &str) -> Vec<ElementRef<'a>> {
    let selector = Selector::parse(css).expect("a CSS selector");
    element.select(&selector).collect()
}

impl Reply {
    /// Every form that sends by POST, in the page's order.
    #[must_use]
    pub fn forms(&self) -> Vec<FilledForm> {
        let page = Html::parse_document(&self.body);
        select(&page, "form[method=post]")
            .iter()
            .map(|form| FilledForm {
                action: form.attr("action").unwrap_or_default().to_owned(),
                fields: inside(form, "input, select, textarea").iter().filter_map(value).collect(),
            })
            .collect()
    }

    /// The first form whose address ends so.
    ///
    /// # Panics
    /// When the page has none.
    #[must_use]
    pub fn form(&self, action_end: &str) -> FilledForm {
        let forms = self.forms();
        let form = forms.iter().find(|f| f.action.ends_with(action_end)).cloned();
        form.unwrap_or_else(|| {
            panic!("no form to …{action_end}, only {:?}", forms.iter().map(|f| &f.action).collect::<Vec<_>>())
        })
    }

    /// What is wrong with the page by the rules of the house: one heading of the first level, a name for every
    /// field, nothing inline, no message key shown, ids that are unique and references that lead somewhere.
    #[must_use]
    pub fn faults(&self) -> Vec<String> {
        let page = Html::parse_document(&self.body);
        let mut faults = Vec::new();
        let headings = select(&page, "h1").len();
        if headings != 1 {
            faults.push(format!("{headings} h1"));
        }
        if select(&page, "title").iter().all(|t| t.text().collect::<String>().trim().is_empty()) {
            faults.push("no title".to_owned());
        }
        let ids: Vec<&str> = select(&page, "[id]").iter().filter_map(|e| e.attr("id")).collect();
        let unique: BTreeSet<&str> = ids.iter().copied().collect();
        if unique.len() != ids.len() {
            let twice: Vec<&&str> = unique.iter().filter(|id| ids.iter().filter(|i| i == id).count() > 1).collect();
            faults.push(format!("ids used twice: {twice:?}"));
        }
        for attribute in ["aria-describedby", "aria-labelledby", "for"] {
            for element in select(&page, &format!("[{attribute}]")) {
                for id in element.attr(attribute).unwrap_or_default().split_whitespace() {
                    if !unique.contains(id) {
                        faults.push(format!("{attribute} leads nowhere: {id}"));
                    }
                }
            }
        }
        for field in select(&page, "input:not([type=hidden]), select, textarea") {
            if !named(&page, &field) {
                faults.push(format!("field without a name: {}", field.html()));
            }
        }
        for button in select(&page, "button, a[href]") {
            let text: String = button.text().collect();
            if text.trim().is_empty() && button.attr("aria-label").is_none() {
                faults.push(format!("nothing to read on {}", button.html()));
            }
        }
        for element in select(&page, "*") {
            for (name, _) in element.value().attrs() {
                if name == "style" || name.starts_with("on") {
                    faults.push(format!("inline {name} on {}", element.value().name()));
                }
            }
        }
        if !select(&page, "style, script:not([src])").is_empty() {
            faults.push("inline script or style".to_owned());
        }
        let text: String = page.root_element().text().collect();
        let attributes: String = select(&page, "[aria-label], [title], [placeholder]")
            .iter()
            .flat_map(|e| {
                ["aria-label", "title", "placeholder"].map(|name| e.attr(name).unwrap_or_default().to_owned())
            })
            .collect::<Vec<_>>()
            .join(" ");
        let keys: BTreeSet<String> = raw_keys(&format!("{text} {attributes}")).into_iter().collect();
        faults.extend(keys.into_iter().map(|key| format!("message key shown: {key}")));
        faults
    }
}

/// Name and value as a browser sends them; nothing for what it would leave out.
fn value(field: &ElementRef<'_>) -> Option<(String, String)> {
    let name = field.attr("name")?.to_owned();
    if field.attr("disabled").is_some() {
        return None;
    }
    let value = match (field.value().name(), field.attr("type")) {
        ("input", Some("checkbox" | "radio")) => {
            field.attr("checked")?;
            field.attr("value").unwrap_or("on").to_owned()
        }
        ("input", Some("file" | "submit")) => return None,
        ("select", _) => {
            let options = inside(field, "option");
            let chosen = options.iter().find(|o| o.attr("selected").is_some()).or(options.first())?;
            chosen.attr("value").map_or_else(|| chosen.text().collect(), str::to_owned)
        }
        ("textarea", _) => field.text().collect(),
        _ => field.attr("value").unwrap_or_default().to_owned(),
    };
    Some((name, value))
}

fn named(page: &Html, field: &ElementRef<'_>) -> bool {
    let labelled = field.attr("id").is_some_and(|id| {
        select(page, "label[for]")
            .iter()
            .any(|l| l.attr("for") == Some(id) && !l.text().collect::<String>().trim().is_empty())
    });
    let wrapped = field.ancestors().filter_map(ElementRef::wrap).any(|e| e.value().name() == "label");
    labelled || wrapped || field.attr("aria-label").is_some() || field.attr("aria-labelledby").is_some()
}

/// Keys in brackets, as a missing message shows itself: `[slice-key]`.
fn raw_keys(text: &str) -> Vec<String> {
    let inner = text.split('[').skip(1).filter_map(|rest| rest.split_once(']')).map(|(inner, _)| inner);
    let key = |inner: &&str| {
        inner.contains('-') && inner.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(c))
    };
    inner.filter(key).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderMap;

    use super::*;

    fn reply(body: &str) -> Reply {
        let body = format!("<!doctype html><title>x</title><h1>x</h1>{body}");
        Reply { status: 200, headers: HeaderMap::new(), bytes: body.clone().into_bytes(), body }
    }

    #[test]
    fn a_form_is_sent_as_a_browser_would() {
        let page = reply(
            r#"<form method="post" action="/a"><input type="hidden" name="h" value="1"><input type="checkbox" name="c" value="2">
            <input type="radio" name="r" value="3"><input type="radio" name="r" value="4" checked><input name="off" disabled>
            <select name="s"><option value="">-</option><option value="5" selected>five</option></select><textarea name="t">six</textarea></form>"#,
        );
        let pairs = [("h", "1"), ("r", "4"), ("s", "5"), ("t", "six")].map(|(n, v)| (n.to_owned(), v.to_owned()));
        assert_eq!(page.form("/a").fields, pairs);
    }

    #[test]
    fn every_fault_is_named() {
        for (body, fault) in [
            ("<h1>two</h1>", "2 h1"),
            ("<p id=a></p><p id=a></p>", "ids used twice: [\"a\"]"),
            ("<input name=x>", "field without a name: <input name=\"x\">"),
            ("<label for=y>Y</label>", "for leads nowhere: y"),
            ("<p style='color:red'></p>", "inline style on p"),
            ("<p onclick='x()'></p>", "inline onclick on p"),
            ("<script>1</script>", "inline script or style"),
            ("<p>[web-missing]</p>", "message key shown: web-missing"),
            ("<p aria-label='[web-missing]'></p>", "message key shown: web-missing"),
            ("<a href='/x'><svg></svg></a>", "nothing to read on <a href=\"/x\"><svg></svg></a>"),
        ] {
            assert_eq!(reply(body).faults(), [fault], "{body}");
        }
        let good = "<label for=z>Z</label><input id=z name=z><label>W<input name=w></label><script src='/a.js'></script> [1] [a b]";
        assert_eq!(reply(good).faults(), Vec::<String>::new());
    }
}
