//! x

pub mod demo;
pub mod portal;
