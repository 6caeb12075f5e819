//! The server in process: the real router on a real database, with a clock and dice that the tests hold.

#[cfg(test)]
mod api;
