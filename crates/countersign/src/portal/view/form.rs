//! What is wrong with what was typed.

/// A fault of one field.
#[derive(Debug, Clone)]
pub struct FieldError {
    /// The field's `name`.
    pub field: &'static str,
    /// What is wrong and what to do, in words.
    pub text: String,
}

/// Everything that is wrong with a form; empty on its first showing.
#[derive(Debug, Clone, Default)]
pub struct FormErrors {
    /// A fault of the whole form, in words.
    pub general: Option<String>,
    /// The faults of single fields, in the order of the fields.
    pub fields: Vec<FieldError>,
}

impl FormErrors {
    /// A fault of the whole form.
    pub fn general(text: impl Into<String>) -> Self {
        Self { general: Some(text.into()), fields: Vec::new() }
    }

    /// Adds a fault of one field.
    pub fn with(mut self, field: &'static str, text: impl Into<String>) -> Self {
        self.fields.push(FieldError { field, text: text.into() });
        self
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.general.is_none() && self.fields.is_empty()
    }

    /// The first fault of a field.
    pub fn of(&self, field: &str) -> Option<&str> {
        self.fields.iter().find(|error| error.field == field).map(|error| error.text.as_str())
    }

    /// Every fault of a field.
    pub fn all_of(&self, field: &str) -> Vec<&str> {
        self.fields.iter().filter(|error| error.field == field).map(|error| error.text.as_str()).collect()
    }
}
