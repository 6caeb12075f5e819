//! A page as a browser without scripts reads it: its forms, its links, its text.

/// One HTML page.
pub(crate) struct Page<'a>(pub(crate) &'a str);

/// A form with what a browser would send for it untouched.
#[derive(Clone, Debug, Default)]
pub(crate) struct FormOnPage {
    pub(crate) action: String,
    pub(crate) method: String,
    /// Names and values of its fields; those of unticked boxes are left out.
    pub(crate) fields: Vec<(String, String)>,
    /// Names of boxes that are not ticked.
    pub(crate) unticked: Vec<String>,
    /// Whether it has a button that sends it.
    pub(crate) button: bool,
}

/// One opening tag.
struct Tag<'a> {
    name: &'a str,
    attributes: &'a str,
    after: &'a str,
}

impl Tag<'_> {
    fn attribute(&self, wanted: &str) -> Option<String> {
        let mut rest = self.attributes.trim_start();
        while !rest.is_empty() {
            let end = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
            let name = &rest[..end];
            rest = rest[end..].trim_start();
            let mut value = "";
            if let Some(quoted) = rest.strip_prefix("=\"") {
                let close = quoted.find('"').expect("a closing quote");
                value = &quoted[..close];
                rest = quoted[close + 1..].trim_start();
            } else if let Some(bare) = rest.strip_prefix('=') {
                let close = bare.find(char::is_whitespace).unwrap_or(bare.len());
                value = &bare[..close];
                rest = bare[close..].trim_start();
            }
            if name == wanted {
                return Some(unescape(value));
            }
            if name.is_empty() {
                break;
            }
        }
        None
    }
}

fn tags(html: &str) -> impl Iterator<Item = Tag<'_>> {
    let mut rest = html;
    std::iter::from_fn(move || {
        loop {
            let begin = rest.find('<')?;
            let tag = &rest[begin + 1..];
            let end = close_of(tag)?;
            rest = &tag[end + 1..];
            let inside = tag[..end].trim_end_matches('/');
            let name_end = inside.find(char::is_whitespace).unwrap_or(inside.len());
            let (name, attributes) = inside.split_at(name_end);
            if !name.is_empty() && !name.starts_with('!') {
                return Some(Tag { name, attributes, after: rest });
            }
        }
    })
}

/// The `>` that ends a tag, past any in a quoted value.
fn close_of(tag: &str) -> Option<usize> {
    let mut quoted = false;
    tag.char_indices().find_map(|(at, c)| {
        quoted ^= c == '"';
        (c == '>' && !quoted).then_some(at)
    })
}

fn unescape(text: &str) -> String {
    let pairs = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#x27;", "'"),
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&#38;", "&"),
        ("&amp;", "&"),
    ];
    pairs.iter().fold(text.to_owned(), |text, (coded, plain)| text.replace(coded, plain))
}

impl Page<'_> {
    /// Its forms, in order.
    pub(crate) fn forms(&self) -> Vec<FormOnPage> {
        let mut forms = Vec::new();
        let mut open: Option<FormOnPage> = None;
        for tag in tags(self.0) {
            match tag.name {
                "form" => {
                    assert!(open.is_none(), "a form within a form");
                    let attribute = |name| tag.attribute(name).unwrap_or_default();
                    let (action, method) = (attribute("action"), attribute("method"));
                    open = Some(FormOnPage { action, method, ..FormOnPage::default() });
                }
                "/form" => forms.extend(open.take()),
                _ => {
                    if let Some(form) = &mut open {
                        form.take(&tag);
                    }
                }
            }
        }
        forms
    }

    /// The form that is sent to this address.
    pub(crate) fn form(&self, action: &str) -> Option<FormOnPage> {
        self.forms().into_iter().find(|form| form.action == action)
    }

    /// Whether a link leads there.
    pub(crate) fn links_to(&self, address: &str) -> bool {
        self.links().iter().any(|link| link == address)
    }

    /// Where its links lead.
    pub(crate) fn links(&self) -> Vec<String> {
        tags(self.0).filter(|tag| tag.name == "a").filter_map(|tag| tag.attribute("href")).collect()
    }

    /// The attribute of every tag that has it, with the tag's name.
    pub(crate) fn attributes(&self, name: &str) -> Vec<(String, String)> {
        let found = tags(self.0).filter_map(|tag| Some((tag.name.to_owned(), tag.attribute(name)?)));
        found.collect()
    }

    /// The text that the element with this id holds.
    pub(crate) fn text_of(&self, id: &str) -> Option<String> {
        let tag = tags(self.0).find(|tag| tag.attribute("id").as_deref() == Some(id))?;
        let end = tag.after.find(&format!("</{}>", tag.name))?;
        Some(Page(&tag.after[..end]).text())
    }

    /// What can be read on it, in one line.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        let mut rest = self.0;
        while let Some(begin) = rest.find('<') {
            text.push_str(&rest[..begin]);
            text.push(' ');
            let Some(end) = close_of(&rest[begin + 1..]) else { break };
            rest = &rest[begin + end + 2..];
        }
        text.push_str(rest);
        unescape(&text).split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

impl FormOnPage {
    fn take(&mut self, tag: &Tag<'_>) {
        self.button |= tag.name == "button" && tag.attribute("type").is_none_or(|kind| kind == "submit");
        let Some(name) = tag.attribute("name") else { return };
        let value = tag.attribute("value").unwrap_or_default();
        match (tag.name, tag.attribute("type").as_deref()) {
            ("input", Some("checkbox" | "radio")) if tag.attribute("checked").is_none() => {
                self.unticked.push(name);
            }
            ("input", _) => self.fields.push((name, value)),
            ("select", _) => {
                let end = tag.after.find("</select>").unwrap_or(0);
                let options = || tags(&tag.after[..end]).filter(|tag| tag.name == "option");
                let chosen = options().find(|option| option.attribute("selected").is_some());
                let chosen = chosen.or_else(|| options().next()).and_then(|option| option.attribute("value"));
                self.fields.push((name, chosen.unwrap_or_default()));
            }
            ("textarea", _) => self.fields.push((name, String::new())),
            _ => {}
        }
    }

    /// Fills in a field as a person does; a form without it is a fault of the page.
    pub(crate) fn fill(&mut self, name: &str, value: &str) {
        if let Some(field) = self.fields.iter_mut().find(|field| field.0 == name) {
            value.clone_into(&mut field.1);
            return;
        }
        assert!(self.unticked.iter().any(|box_| box_ == name), "{} has no field {name}", self.action);
        self.fields.push((name.to_owned(), value.to_owned()));
    }

    /// As it goes over the wire.
    pub(crate) fn encode(&self) -> String {
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.fields).finish()
    }
}
