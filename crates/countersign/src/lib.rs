//! x

pub mod portal;
