//! JSON bodies of the API.

use std::fmt;

use axum::extract::{FromRequest, Request};
use serde::de::{self, DeserializeOwned, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::problem::{self, Problem};
use super::{body, strict};

/// No body of ours is anywhere near it.
pub const LONGEST_JSON: usize = 64 * 1024;

/// A list of people may be a mebibyte; a line break takes two bytes in JSON.
pub const LONGEST_LIST: usize = 2 * 1024 * 1024 + LONGEST_JSON;

/// How deep values may lie in one another (ASVS 1.5.2).
pub const DEEPEST_JSON: usize = 32;

/// A JSON body: `application/json`, no member unknown or twice.
#[derive(Clone, Copy, Debug)]
pub struct Json<T>(pub T);

/// As [`Json`], of up to [`LONGEST_LIST`] bytes.
#[derive(Clone, Copy, Debug)]
pub struct LargeJson<T>(pub T);

impl<S: Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        read(request, LONGEST_JSON).await.map(Self)
    }
}

impl<S: Sync, T: DeserializeOwned> FromRequest<S> for LargeJson<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        read(request, LONGEST_LIST).await.map(Self)
    }
}

async fn read<T: DeserializeOwned>(request: Request, longest: usize) -> Result<T, Problem> {
    if !body::is_of_type(request.headers(), "application/json") {
        return Err(Problem::new(&problem::MEDIA_TYPE));
    }
    let bytes = body::read(request, longest).await?;
    let value = parse(&bytes).map_err(|_| Problem::new(&problem::MALFORMED))?;
    strict::from_json(value).map_err(|fault| {
        let error = fault.into_error();
        Problem::new(&problem::INVALID).about(error.field, error.text)
    })
}

/// Parses a whole text. Doubled members, nesting beyond the limit and anything after the value are errors.
fn parse(bytes: &[u8]) -> Result<Value, serde_json::Error> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = AtDepth(0).deserialize(&mut reader)?;
    reader.end()?;
    Ok(value)
}

/// Reads one value that lies this deep in others.
#[derive(Clone, Copy)]
struct AtDepth(usize);

impl AtDepth {
    fn deeper<E: de::Error>(self) -> Result<Self, E> {
        if self.0 < DEEPEST_JSON { Ok(Self(self.0 + 1)) } else { Err(E::custom("nested too deeply")) }
    }
}

impl<'de> DeserializeSeed<'de> for AtDepth {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for AtDepth {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let inside = self.deeper()?;
        let mut values = Vec::new();
        while let Some(value) = items.next_element_seed(inside)? {
            values.push(value);
        }
        Ok(values.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let inside = self.deeper()?;
        let mut map = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            let value = members.next_value_seed(inside)?;
            if map.insert(name, value).is_some() {
                return Err(de::Error::custom("the same member twice"));
            }
        }
        Ok(map.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_two_readers_could_understand_differently_is_refused() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        for good in ["{}", "[1, -2, 3.5, \"a\", null, true]", r#"{"a": {"a": 1}}"#, &nested(DEEPEST_JSON)] {
            assert_eq!(parse(good.as_bytes()).unwrap(), serde_json::from_str::<Value>(good).unwrap());
        }
        for bad in [
            "",
            "{",
            "{} {}",
            "{}x",
            r#"{"a": 1, "a": 2}"#,
            r#"{"x": {"a": 1, "\u0061": 2}}"#,
            "NaN",
            "{'a': 1}",
            "[1,]",
            r#""\ud800""#,
            &nested(DEEPEST_JSON + 1),
            &nested(10_000),
        ] {
            assert!(parse(bad.as_bytes()).is_err(), "{bad:.40}");
        }
        assert!(parse(b"\"\xff\"").is_err());
    }
}
