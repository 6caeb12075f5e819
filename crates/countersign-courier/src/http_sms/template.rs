//! Templates: what an operator writes, and how a message's values get into it without getting out of their place.

use serde_json::Value;
use url::Url;
use url::form_urlencoded::{Serializer, byte_serialize};
use zeroize::Zeroizing;

use crate::Secret;
use crate::sms::RouteFault;

/// What placeholders stand for.
pub(super) struct Values<'v> {
    pub(super) to: &'v str,
    pub(super) text: &'v str,
    pub(super) from: &'v str,
    pub(super) seconds: u64,
}

impl Values<'_> {
    /// For templates that know secrets only.
    pub(super) const fn none() -> Self {
        Self { to: "", text: "", from: "", seconds: 0 }
    }
}

/// A text with placeholders.
pub(super) struct Template(Vec<Piece>);

enum Piece {
    Text(String),
    To,
    Digits,
    Words,
    From,
    Seconds,
    Secret(Secret),
}

impl Template {
    pub(super) fn parse(text: &str, secrets: &[(String, Secret)]) -> Result<Self, RouteFault> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some(place) = rest.find(['{', '}']) {
            let (before, from) = rest.split_at(place);
            pieces.push(Piece::Text(before.to_owned()));
            if from.starts_with("{{") || from.starts_with("}}") {
                pieces.push(Piece::Text(from[..1].to_owned()));
                rest = &from[2..];
                continue;
            }
            let (name, after) =
                from.strip_prefix('{').and_then(|name| name.split_once('}')).ok_or(RouteFault::Template)?;
            pieces.push(Piece::named(name, secrets).ok_or(RouteFault::Template)?);
            rest = after;
        }
        pieces.push(Piece::Text(rest.to_owned()));
        Ok(Self(pieces))
    }

    /// One that holds nothing of the message.
    pub(super) fn of_secrets(text: &str, secrets: &[(String, Secret)]) -> Result<Self, RouteFault> {
        let template = Self::parse(text, secrets)?;
        let is_fixed = |piece: &Piece| matches!(piece, Piece::Text(_) | Piece::Secret(_));
        if template.0.iter().all(is_fixed) { Ok(template) } else { Err(RouteFault::Template) }
    }

    /// The text, with each value put through `escape`.
    pub(super) fn fill(&self, values: &Values<'_>, escape: &dyn Fn(&str) -> String) -> Zeroizing<String> {
        let mut filled = Zeroizing::new(String::new());
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => filled.push_str(text),
                Piece::To => filled.push_str(&escape(values.to)),
                Piece::Digits => filled.push_str(&escape(values.to.trim_start_matches('+'))),
                Piece::Words => filled.push_str(&Zeroizing::new(escape(values.text))),
                Piece::From => filled.push_str(&escape(values.from)),
                Piece::Seconds => filled.push_str(&values.seconds.to_string()),
                Piece::Secret(secret) => filled.push_str(&Zeroizing::new(escape(secret.reveal()))),
            }
        }
        filled
    }
}

impl Piece {
    fn named(name: &str, secrets: &[(String, Secret)]) -> Option<Self> {
        if let Some(secret) = name.strip_prefix("secret:") {
            let (_, secret) = secrets.iter().find(|(known, _)| known == secret)?;
            return Some(Self::Secret(secret.clone()));
        }
        match name {
            "to" => Some(Self::To),
            "digits" => Some(Self::Digits),
            "text" => Some(Self::Words),
            "from" => Some(Self::From),
            "seconds" => Some(Self::Seconds),
            _ => None,
        }
    }
}

/// An address whose query has placeholders.
pub(super) struct Query {
    head: String,
    query: Option<Template>,
}

impl Query {
    pub(super) fn parse(url: &str, secrets: &[(String, Secret)]) -> Result<Self, RouteFault> {
        let (head, query) = url.split_once('?').map_or((url, None), |(head, query)| (head, Some(query)));
        let parsed = Url::parse(head).map_err(|_| RouteFault::Url)?;
        let is_here = match parsed.host().ok_or(RouteFault::Url)? {
            url::Host::Domain(name) => name == "localhost",
            url::Host::Ipv4(address) => address.is_loopback(),
            url::Host::Ipv6(address) => address.is_loopback(),
        };
        let is_secured = parsed.scheme() == "https" || (parsed.scheme() == "http" && is_here);
        let is_bare = parsed.username().is_empty() && parsed.password().is_none();
        if !is_secured || !is_bare || head.contains(['{', '}']) || url.contains('#') {
            return Err(RouteFault::Url);
        }
        let query = query.map(|query| Template::parse(query, secrets)).transpose()?;
        Ok(Self { head: head.to_owned(), query })
    }

    pub(super) fn fill(&self, values: &Values<'_>) -> Zeroizing<String> {
        let Some(query) = &self.query else { return Zeroizing::new(self.head.clone()) };
        let query = query.fill(values, &|value| byte_serialize(value.as_bytes()).collect());
        Zeroizing::new(format!("{}?{}", self.head, *query))
    }
}

/// A body with placeholders.
pub(super) enum Body {
    Empty,
    Form(Vec<(String, Template)>),
    Json(Node),
}

/// JSON with placeholders in its texts.
pub(super) enum Node {
    Text(Template),
    List(Vec<Self>),
    Object(Vec<(String, Self)>),
    Fixed(Value),
}

impl Body {
    pub(super) fn parse(body: &super::Body, secrets: &[(String, Secret)]) -> Result<Self, RouteFault> {
        match body {
            super::Body::Empty => Ok(Self::Empty),
            super::Body::Form(fields) => {
                let fields = fields
                    .iter()
                    .map(|(name, value)| Ok((name.clone(), Template::parse(value, secrets)?)))
                    .collect::<Result<_, _>>()?;
                Ok(Self::Form(fields))
            }
            super::Body::Json(text) => {
                let json = serde_json::from_str(text).map_err(|_| RouteFault::Body)?;
                Ok(Self::Json(Node::parse(json, secrets)?))
            }
        }
    }

    /// Its media type and its content, where there is one.
    pub(super) fn fill(&self, values: &Values<'_>) -> Option<(&'static str, String)> {
        match self {
            Self::Empty => None,
            Self::Form(fields) => {
                let mut form = Serializer::new(String::new());
                for (name, value) in fields {
                    form.append_pair(name, &value.fill(values, &str::to_owned));
                }
                Some(("application/x-www-form-urlencoded", form.finish()))
            }
            Self::Json(node) => Some(("application/json", node.fill(values).to_string())),
        }
    }
}

impl Node {
    fn parse(json: Value, secrets: &[(String, Secret)]) -> Result<Self, RouteFault> {
        match json {
            Value::String(text) => Ok(Self::Text(Template::parse(&text, secrets)?)),
            Value::Array(items) => {
                let items = items.into_iter().map(|item| Self::parse(item, secrets));
                Ok(Self::List(items.collect::<Result<_, _>>()?))
            }
            Value::Object(members) => {
                let members =
                    members.into_iter().map(|(name, value)| Ok((name, Self::parse(value, secrets)?)));
                Ok(Self::Object(members.collect::<Result<_, _>>()?))
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => Ok(Self::Fixed(json)),
        }
    }

    fn fill(&self, values: &Values<'_>) -> Value {
        match self {
            Self::Text(text) => Value::String(String::clone(&text.fill(values, &str::to_owned))),
            Self::List(items) => Value::Array(items.iter().map(|item| item.fill(values)).collect()),
            Self::Object(members) => {
                Value::Object(members.iter().map(|(name, node)| (name.clone(), node.fill(values))).collect())
            }
            Self::Fixed(value) => value.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTILE: &str = "a&b=c\"d\\e}{{to}} #?/../\r\nX: 1 €";

    fn secrets() -> Vec<(String, Secret)> {
        vec![("key".to_owned(), Secret::new("k&{to}\"".to_owned()))]
    }

    const VALUES: Values<'_> = Values { to: "+4915112345678", text: HOSTILE, from: "My Bank", seconds: 300 };

    fn filled(template: &str) -> Result<String, RouteFault> {
        let secrets = secrets();
        let template = Template::parse(template, &secrets)?;
        Ok(String::clone(&template.fill(&VALUES, &str::to_owned)))
    }

    #[test]
    fn placeholders_are_filled_once() {
        assert_eq!(
            filled("{to} {digits} {from} {seconds}").unwrap(),
            "+4915112345678 4915112345678 My Bank 300"
        );
        // A value that looks like a placeholder stays what it is.
        assert_eq!(filled("<{text}>").unwrap(), format!("<{HOSTILE}>"));
        assert_eq!(filled("{secret:key}").unwrap(), "k&{to}\"");
        assert_eq!(filled("{{to}}").unwrap(), "{to}");
        assert_eq!(filled("").unwrap(), "");
        for wrong in ["{", "}", "{to", "to}", "{phone}", "{secret:other}", "{ to }", "{{to}"] {
            assert_eq!(filled(wrong), Err(RouteFault::Template), "{wrong}");
        }
    }

    #[test]
    fn values_cannot_leave_the_query() {
        let secrets = secrets();
        let query =
            Query::parse("https://gw.example/send?to={to}&text={text}&key={secret:key}&v=1", &secrets)
                .unwrap();
        let url: Url = query.fill(&VALUES).parse().unwrap();
        assert_eq!((url.host_str(), url.path(), url.fragment()), (Some("gw.example"), "/send", None));
        let pairs: Vec<_> = url.query_pairs().into_owned().collect();
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let expected =
            [pair("to", "+4915112345678"), pair("text", HOSTILE), pair("key", "k&{to}\""), pair("v", "1")];
        assert_eq!(pairs, expected);
    }

    #[test]
    fn addresses_are_the_operators_alone() {
        for (url, is_right) in [
            ("https://gw.example/send", true),
            ("https://gw.example:8443/send?to={to}", true),
            ("http://127.0.0.1:8080/send", true),
            ("http://localhost/send", true),
            ("http://[::1]/send", true),
            ("http://gw.example/send", false),
            ("http://10.0.0.1/send", false),
            ("http://localhost.example/send", false),
            ("https://{to}.example/send", false),
            ("https://gw.example/{to}", false),
            ("https://user:pass@gw.example/send", false),
            ("https://gw.example/send#{to}", false),
            ("https://gw.example/send?a=1#b", false),
            ("ftp://gw.example/send", false),
            ("file:///etc/passwd", false),
            ("gw.example/send", false),
        ] {
            assert_eq!(Query::parse(url, &secrets()).is_ok(), is_right, "{url}");
        }
    }

    #[test]
    fn values_cannot_leave_their_field_or_their_text() {
        let secrets = secrets();
        let form = super::super::Body::Form(vec![
            ("to".to_owned(), "{digits}".to_owned()),
            ("text".to_owned(), "Hi: {text}".to_owned()),
        ]);
        let (kind, body) = Body::parse(&form, &secrets).unwrap().fill(&VALUES).unwrap();
        assert_eq!(kind, "application/x-www-form-urlencoded");
        let pairs: Vec<_> = url::form_urlencoded::parse(body.as_bytes()).into_owned().collect();
        let expected = [("to", "4915112345678".to_owned()), ("text", format!("Hi: {HOSTILE}"))];
        assert_eq!(pairs, expected.map(|(name, value)| (name.to_owned(), value)));

        let json = r#"{"messages":[{"to":"{to}","text":"{text}","flash":false,"n":2}],"key":"{secret:key}"}"#;
        let json = Body::parse(&super::super::Body::Json(json.to_owned()), &secrets).unwrap();
        let (kind, body) = json.fill(&VALUES).unwrap();
        assert_eq!(kind, "application/json");
        let expected = serde_json::json!({
            "messages": [{"to": "+4915112345678", "text": HOSTILE, "flash": false, "n": 2}],
            "key": "k&{to}\"",
        });
        assert_eq!(serde_json::from_str::<Value>(&body).unwrap(), expected);
    }
}
