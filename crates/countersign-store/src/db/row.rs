//! One row of an answer, read by column name.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use countersign_core::time::Timestamp;

use super::value::{Id, Value};
use crate::error::StoreError;
use crate::store::Backend;

/// A row. Each reader takes the column's name and fails with [`StoreError::Corrupt`] naming it when the column is
/// missing or of another kind.
pub struct Row {
    columns: Arc<[String]>,
    fields: Vec<Value>,
}

/// A statement: the place and length of its text, which stays where it is, and whether SQLite named the columns.
type Asked = (usize, usize, bool);

/// The names of a statement's columns, asked for once: they are the same for every row it will ever answer with.
pub(crate) fn names(
    sql: &'static str,
    backend: Backend,
    ask: impl FnOnce() -> Arc<[String]>,
) -> Arc<[String]> {
    static NAMES: LazyLock<RwLock<HashMap<Asked, Arc<[String]>>>> = LazyLock::new(RwLock::default);
    let which = (sql.as_ptr().addr(), sql.len(), backend == Backend::Sqlite);
    if let Some(known) = NAMES.read().unwrap_or_else(PoisonError::into_inner).get(&which) {
        return Arc::clone(known);
    }
    let mut all = NAMES.write().unwrap_or_else(PoisonError::into_inner);
    Arc::clone(all.entry(which).or_insert_with(ask))
}

impl Row {
    pub(crate) fn new(columns: Arc<[String]>, fields: Vec<Value>) -> Self {
        Self { columns, fields }
    }

    fn field(&self, name: &'static str) -> Result<&Value, StoreError> {
        let at = self.columns.iter().position(|column| column == name);
        at.and_then(|at| self.fields.get(at)).ok_or(StoreError::Corrupt(name))
    }

    /// A whole number.
    pub fn int(&self, name: &'static str) -> Result<i64, StoreError> {
        self.int_opt(name)?.ok_or(StoreError::Corrupt(name))
    }

    /// A whole number or nothing.
    pub fn int_opt(&self, name: &'static str) -> Result<Option<i64>, StoreError> {
        match self.field(name)? {
            Value::Null => Ok(None),
            Value::Int(number) => Ok(Some(*number)),
            _ => Err(StoreError::Corrupt(name)),
        }
    }

    /// A whole number that is not negative and below 2^32.
    pub(crate) fn u32(&self, name: &'static str) -> Result<u32, StoreError> {
        u32::try_from(self.int(name)?).map_err(|_| StoreError::Corrupt(name))
    }

    /// A whole number that is not negative and below 2^32, or nothing.
    pub(crate) fn u32_opt(&self, name: &'static str) -> Result<Option<u32>, StoreError> {
        self.int_opt(name)?.map(u32::try_from).transpose().map_err(|_| StoreError::Corrupt(name))
    }

    /// Text.
    pub fn text(&self, name: &'static str) -> Result<String, StoreError> {
        self.text_opt(name)?.ok_or(StoreError::Corrupt(name))
    }

    /// Text or nothing.
    pub fn text_opt(&self, name: &'static str) -> Result<Option<String>, StoreError> {
        match self.field(name)? {
            Value::Null => Ok(None),
            Value::Text(text) => Ok(Some(text.clone())),
            _ => Err(StoreError::Corrupt(name)),
        }
    }

    /// Bytes.
    pub fn blob(&self, name: &'static str) -> Result<Vec<u8>, StoreError> {
        self.blob_opt(name)?.ok_or(StoreError::Corrupt(name))
    }

    /// Bytes or nothing.
    pub fn blob_opt(&self, name: &'static str) -> Result<Option<Vec<u8>>, StoreError> {
        match self.field(name)? {
            Value::Null => Ok(None),
            Value::Blob(bytes) => Ok(Some(bytes.clone())),
            _ => Err(StoreError::Corrupt(name)),
        }
    }

    /// Exactly `N` bytes: a hash, a digest.
    pub(crate) fn bytes<const N: usize>(&self, name: &'static str) -> Result<[u8; N], StoreError> {
        self.blob(name)?.try_into().map_err(|_| StoreError::Corrupt(name))
    }

    /// An instant.
    pub(crate) fn time(&self, name: &'static str) -> Result<Timestamp, StoreError> {
        self.int(name).map(Timestamp::from_millis)
    }

    /// An instant or nothing.
    pub(crate) fn time_opt(&self, name: &'static str) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.int_opt(name)?.map(Timestamp::from_millis))
    }

    /// How many: a whole number that is not negative.
    pub(crate) fn count(&self, name: &'static str) -> Result<u64, StoreError> {
        u64::try_from(self.int(name)?).map_err(|_| StoreError::Corrupt(name))
    }

    /// An id.
    pub(crate) fn id<T: Id>(&self, name: &'static str) -> Result<T, StoreError> {
        self.bytes(name).map(T::of)
    }

    /// An id or nothing.
    pub(crate) fn id_opt<T: Id>(&self, name: &'static str) -> Result<Option<T>, StoreError> {
        let Some(bytes) = self.blob_opt(name)? else { return Ok(None) };
        let bytes = bytes.try_into().map_err(|_| StoreError::Corrupt(name))?;
        Ok(Some(T::of(bytes)))
    }
}
