//! One strict reading for forms, query strings and JSON: nothing unknown, nothing twice, nothing missing, no character
//! that a database cannot keep. Serde alone would let unknown names pass wherever a type forgets to forbid them.

use std::fmt;

use countersign_core::text::Text;
use serde::de::value::StrDeserializer;
use serde::de::{self, DeserializeOwned, DeserializeSeed, Deserializer, IntoDeserializer, Visitor};
use serde_json::{Map, Number, Value};

use super::problem::FieldError;

/// What is wrong with one value. It never repeats the value, which may be a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// It is not there.
    Missing,
    /// Nothing of that name is taken.
    Unknown,
    /// It is there more than once.
    Twice,
    /// It is of the wrong type, out of range, or holds characters that are never taken.
    Wrong,
}

/// A fault and the path to the value, with dots; empty for the whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Located {
    pub(super) path: String,
    pub(super) fault: Fault,
}

impl Located {
    pub(super) fn new(path: impl Into<String>, fault: Fault) -> Self {
        Self { path: path.into(), fault }
    }

    fn under(mut self, parent: &str) -> Self {
        self.path = match (parent, &*self.path) {
            ("", _) => self.path,
            (parent, "") => parent.to_owned(),
            (parent, child) => format!("{parent}.{child}"),
        };
        self
    }

    /// The fault as a field's error.
    pub(super) fn into_error(self) -> FieldError {
        let text = match self.fault {
            Fault::Missing => Text::new("field-missing"),
            Fault::Unknown => Text::new("field-unknown"),
            Fault::Twice => Text::new("field-twice"),
            Fault::Wrong => Text::new("field-wrong"),
        };
        // An unknown name is the client's own text: long ones are cut before they come back in an answer.
        let field = self.path.chars().take(100).collect();
        FieldError { field, text }
    }
}

impl fmt::Display for Located {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} at {}", self.fault, self.path)
    }
}

impl std::error::Error for Located {}

impl de::Error for Located {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self::new("", Fault::Wrong)
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(field, Fault::Missing)
    }

    fn unknown_field(field: &str, _: &'static [&'static str]) -> Self {
        Self::new(field, Fault::Unknown)
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::new(field, Fault::Twice)
    }
}

/// Reads a `T` from JSON.
pub(super) fn from_json<T: DeserializeOwned>(value: Value) -> Result<T, Located> {
    T::deserialize(Reader { value, spelling: Spelling::Json })
}

/// Reads a `T` from the fields of a form or a query string: all values are text, and an empty one is an absent option.
pub(super) fn from_fields<T: DeserializeOwned>(fields: Vec<(String, String)>) -> Result<T, Located> {
    let mut map = Map::new();
    for (name, value) in fields {
        if map.contains_key(&name) {
            return Err(Located::new(name, Fault::Twice));
        }
        map.insert(name, Value::String(value));
    }
    T::deserialize(Reader { value: Value::Object(map), spelling: Spelling::Form })
}

/// How values are spelt.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Spelling {
    Json,
    Form,
}

struct Reader {
    value: Value,
    spelling: Spelling,
}

impl Reader {
    fn wrong() -> Located {
        Located::new("", Fault::Wrong)
    }

    /// The same value with what a form spells as text in its own type.
    fn number(self) -> Result<Number, Located> {
        match self.value {
            Value::Number(number) => Ok(number),
            Value::String(text) if self.spelling == Spelling::Form => text.parse().map_err(|_| Self::wrong()),
            _ => Err(Self::wrong()),
        }
    }

    fn text(self) -> Result<String, Located> {
        match self.value {
            // PostgreSQL keeps no NUL in a text, and nobody types one.
            Value::String(text) if !text.contains('\0') => Ok(text),
            _ => Err(Self::wrong()),
        }
    }
}

impl<'de> Deserializer<'de> for Reader {
    type Error = Located;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Located> {
        let spelling = self.spelling;
        match self.value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(yes) => visitor.visit_bool(yes),
            Value::Number(number) => number.deserialize_any(visitor).map_err(|_| Self::wrong()),
            Value::String(_) => visitor.visit_string(self.text()?),
            Value::Array(values) => {
                visitor.visit_seq(Items { values: values.into_iter(), index: 0, spelling })
            }
            Value::Object(map) => visitor.visit_map(Members { rest: map.into_iter(), next: None, spelling }),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Located> {
        match (&self.value, self.spelling) {
            (Value::Bool(yes), _) => visitor.visit_bool(*yes),
            // What a ticked checkbox sends; an empty one sends nothing.
            (Value::String(text), Spelling::Form) if text == "on" || text == "true" => {
                visitor.visit_bool(true)
            }
            (Value::String(text), Spelling::Form) if text == "false" => visitor.visit_bool(false),
            _ => Err(Self::wrong()),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Located> {
        match (&self.value, self.spelling) {
            (Value::Null, _) => visitor.visit_none(),
            (Value::String(text), Spelling::Form) if text.is_empty() => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Located> {
        let text = self.text()?;
        let name: StrDeserializer<'_, Located> = text.as_str().into_deserializer();
        visitor.visit_enum(name)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Located> {
        visitor.visit_newtype_struct(self)
    }

    /// Members have names: serde would also take a list and read them by their places.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Located> {
        if self.value.is_array() { Err(Self::wrong()) } else { self.deserialize_any(visitor) }
    }

    /// What serde does not know it ignores; here that is a fault. The name is added on the way up.
    fn deserialize_ignored_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Located> {
        Err(Located::new("", Fault::Unknown))
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Located> {
        visitor.visit_i64(self.number()?.as_i64().ok_or_else(Self::wrong)?)
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Located> {
        visitor.visit_u64(self.number()?.as_u64().ok_or_else(Self::wrong)?)
    }

    fn deserialize_i8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Located> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_i16<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Located> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_i32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Located> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_u8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Located> {
        self.deserialize_u64(visitor)
    }

    fn deserialize_u16<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Located> {
        self.deserialize_u64(visitor)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Located> {
        self.deserialize_u64(visitor)
    }

    serde::forward_to_deserialize_any! {
        f32 f64 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map identifier
    }
}

struct Items {
    values: std::vec::IntoIter<Value>,
    index: usize,
    spelling: Spelling,
}

impl<'de> de::SeqAccess<'de> for Items {
    type Error = Located;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Located> {
        let Some(value) = self.values.next() else { return Ok(None) };
        let index = self.index;
        self.index += 1;
        let item = seed.deserialize(Reader { value, spelling: self.spelling });
        item.map(Some).map_err(|fault| fault.under(&index.to_string()))
    }
}

struct Members {
    rest: serde_json::map::IntoIter,
    next: Option<(String, Value)>,
    spelling: Spelling,
}

impl<'de> de::MapAccess<'de> for Members {
    type Error = Located;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Located> {
        let Some((name, value)) = self.rest.next() else { return Ok(None) };
        let key = seed.deserialize(StrDeserializer::new(&name));
        self.next = Some((name, value));
        key.map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Located> {
        let Some((name, value)) = self.next.take() else { return Err(Reader::wrong()) };
        seed.deserialize(Reader { value, spelling: self.spelling }).map_err(|fault| fault.under(&name))
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Sample {
        name: String,
        page: Option<u32>,
        #[serde(default)]
        keep: bool,
        kind: Option<Kind>,
        inner: Option<Vec<Inner>>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "kebab-case")]
    enum Kind {
        SignIn,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Inner {
        id: i64,
    }

    fn fault(path: &str, fault: Fault) -> Result<Sample, Located> {
        Err(Located::new(path, fault))
    }

    #[test]
    fn every_way_to_be_wrong_in_json_is_found_and_placed() {
        let good = json!({"name": "a", "page": 3, "keep": true, "kind": "sign-in", "inner": [{"id": -1}]});
        let inner = Some(vec![Inner { id: -1 }]);
        let sample = Sample { name: "a".into(), page: Some(3), keep: true, kind: Some(Kind::SignIn), inner };
        assert_eq!(from_json(good), Ok(sample));
        for (value, expected) in [
            (json!({}), fault("name", Fault::Missing)),
            (json!(["a", 3, true, "sign-in", []]), fault("", Fault::Wrong)),
            (json!({"name": "a", "nmae": 1}), fault("nmae", Fault::Unknown)),
            (json!({"name": 1}), fault("name", Fault::Wrong)),
            (json!({"name": "a\u{0}b"}), fault("name", Fault::Wrong)),
            (json!({"name": null}), fault("name", Fault::Wrong)),
            (json!({"name": "a", "page": "3"}), fault("page", Fault::Wrong)),
            (json!({"name": "a", "page": -1}), fault("page", Fault::Wrong)),
            (json!({"name": "a", "page": 1.5}), fault("page", Fault::Wrong)),
            (json!({"name": "a", "page": i64::MAX}), fault("page", Fault::Wrong)),
            (json!({"name": "a", "keep": "on"}), fault("keep", Fault::Wrong)),
            (json!({"name": "a", "kind": "other"}), fault("kind", Fault::Wrong)),
            (
                json!({"name": "a", "inner": [{"id": 1}, {"id": 1, "x": 2}]}),
                fault("inner.1.x", Fault::Unknown),
            ),
            (json!({"name": "a", "inner": [{}]}), fault("inner.0.id", Fault::Missing)),
            (json!([]), fault("", Fault::Wrong)),
            (json!("text"), fault("", Fault::Wrong)),
        ] {
            assert_eq!(from_json::<Sample>(value.clone()), expected, "{value}");
        }
    }

    #[test]
    fn forms_spell_everything_as_text() {
        let form = |fields: &[(&str, &str)]| {
            from_fields::<Sample>(fields.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect())
        };
        let sample = |page, keep| Sample { name: "a".into(), page, keep, kind: None, inner: None };
        assert_eq!(form(&[("name", "a"), ("page", "3"), ("keep", "on")]), Ok(sample(Some(3), true)));
        assert_eq!(form(&[("name", "a"), ("page", ""), ("kind", "")]), Ok(sample(None, false)));
        assert_eq!(form(&[("name", "a"), ("name", "a")]), fault("name", Fault::Twice));
        assert_eq!(form(&[("name", "a"), ("page", "x")]), fault("page", Fault::Wrong));
        assert_eq!(form(&[("name", "a"), ("page", "-1")]), fault("page", Fault::Wrong));
        assert_eq!(form(&[("name", "a"), ("role", "administrator")]), fault("role", Fault::Unknown));
        assert_eq!(form(&[("page", "1")]), fault("name", Fault::Missing));
        assert_eq!(form(&[("name", "a\u{0}")]), fault("name", Fault::Wrong));
    }
}
