//! A parameter of a statement, or one field of a row: the four kinds both databases know.

use std::error::Error;
use std::fmt;

use countersign_core::id::{
    AccountId, ApiTokenId, AuditId, AuthenticatorId, BrowserId, ChallengeId, DispatchId, ImportId, LetterId,
    LinkId, OrganisationId, PhoneNumberId, RecoveryKeyId, SessionId, SsoAttemptId, SsoProviderId,
    SupportNoteId, SupportRequestId, SuspensionId, TelegramAccountId, TelegramLinkId, TelegramPromptId,
};
use countersign_core::time::Timestamp;
use rusqlite::types::{ToSqlOutput, ValueRef};
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

/// One parameter or field. Yes and no are 1 and 0, a time is milliseconds since 1970, an id its 16 bytes.
///
/// Its `Debug` tells nothing: a value may be a secret.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// No value, of whatever kind.
    Null,
    /// A whole number.
    Int(i64),
    /// Text.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

/// An id of core's, made of 16 bytes.
pub(crate) trait Id {
    /// The id with these bytes.
    fn of(bytes: [u8; 16]) -> Self;
}

impl Id for [u8; 16] {
    fn of(bytes: [u8; 16]) -> Self {
        bytes
    }
}

macro_rules! ids {
    ($($id:ty),+ $(,)?) => {$(
        impl Id for $id {
            fn of(bytes: [u8; 16]) -> Self {
                Self::from_bytes(bytes)
            }
        }
        impl From<$id> for Value {
            fn from(id: $id) -> Self {
                Self::Blob(id.as_bytes().to_vec())
            }
        }
        impl From<&$id> for Value {
            fn from(id: &$id) -> Self {
                Self::Blob(id.as_bytes().to_vec())
            }
        }
    )+};
}
ids!(
    AccountId,
    ApiTokenId,
    AuditId,
    AuthenticatorId,
    BrowserId,
    ChallengeId,
    DispatchId,
    ImportId,
    LetterId,
    LinkId,
    OrganisationId,
    PhoneNumberId,
    RecoveryKeyId,
    SessionId,
    SupportNoteId,
    SupportRequestId,
    SsoAttemptId,
    SsoProviderId,
    SuspensionId,
    TelegramAccountId,
    TelegramLinkId,
    TelegramPromptId,
);

macro_rules! from {
    ($($kind:ty => $value:ident: $make:expr),+ $(,)?) => {$(
        impl From<$kind> for Value {
            fn from($value: $kind) -> Self {
                $make
            }
        }
    )+};
}
from!(
    i64 => v: Self::Int(v),
    u32 => v: Self::Int(v.into()),
    u8 => v: Self::Int(v.into()),
    bool => v: Self::Int(v.into()),
    Timestamp => v: Self::Int(v.as_millis()),
    &str => v: Self::Text(v.to_owned()),
    &String => v: Self::Text(v.clone()),
    String => v: Self::Text(v),
    Vec<u8> => v: Self::Blob(v),
    &[u8] => v: Self::Blob(v.to_vec()),
    &Vec<u8> => v: Self::Blob(v.clone()),
    [u8; 16] => v: Self::Blob(v.to_vec()),
    &[u8; 16] => v: Self::Blob(v.to_vec()),
    [u8; 32] => v: Self::Blob(v.to_vec()),
    &[u8; 32] => v: Self::Blob(v.to_vec()),
);

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(number) => ValueRef::Integer(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

impl Value {
    /// The field of a SQLite row, or nothing when it is of a kind no table has.
    pub(crate) fn of_sqlite(field: ValueRef<'_>) -> Option<Self> {
        Some(match field {
            ValueRef::Null => Self::Null,
            ValueRef::Integer(number) => Self::Int(number),
            ValueRef::Text(text) => Self::Text(String::from_utf8(text.to_vec()).ok()?),
            ValueRef::Blob(bytes) => Self::Blob(bytes.to_vec()),
            ValueRef::Real(_) => return None,
        })
    }
}

/// A parameter or a field is of a kind that this program does not use.
#[derive(Debug, thiserror::Error)]
#[error("a parameter or a field is of an unexpected kind")]
pub(crate) struct WrongKind;

impl ToSql for Value {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match (self, kind) {
            (Self::Null, _) => Ok(IsNull::Yes),
            (Self::Int(number), &Type::INT8) => number.to_sql(kind, out),
            (Self::Int(number), &Type::INT4) => i32::try_from(*number)?.to_sql(kind, out),
            (Self::Text(text), &Type::TEXT | &Type::VARCHAR) => text.to_sql(kind, out),
            (Self::Blob(bytes), &Type::BYTEA) => bytes.to_sql(kind, out),
            _ => Err(Box::new(WrongKind)),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl<'a> FromSql<'a> for Value {
    fn from_sql(kind: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(match *kind {
            Type::INT8 => Self::Int(i64::from_sql(kind, raw)?),
            Type::INT4 => Self::Int(i32::from_sql(kind, raw)?.into()),
            // A comparison in a list of columns, which SQLite answers with 1 or 0.
            Type::BOOL => Self::Int(bool::from_sql(kind, raw)?.into()),
            Type::TEXT | Type::VARCHAR | Type::NAME => Self::Text(String::from_sql(kind, raw)?),
            Type::BYTEA => Self::Blob(raw.to_vec()),
            _ => return Err(Box::new(WrongKind)),
        })
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self::Null)
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}
