//! The machine that was measured on.

use std::{fmt, fs};

use countersign::time_source::{Clock, SystemClock};
use serde::Serialize;

/// What one has to know of it.
#[derive(Serialize)]
pub(crate) struct Machine {
    /// When the measurement began, in UTC.
    pub(crate) at: String,
    processor: String,
    cores: usize,
    memory_gib: f64,
    /// Processes that wanted a core on average over the minute before: other work falsifies every figure.
    load_before: f64,
}

impl Machine {
    /// Looks at it.
    pub(crate) fn look() -> Self {
        let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
        let after = |text: &str, name: &str| {
            let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_default();
            line.split_once(':').map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
        };
        let memory = after(&read("/proc/meminfo"), "MemTotal");
        let kib: f64 = memory.trim_end_matches(" kB").parse().unwrap_or_default();
        let now = jiff::Timestamp::from_millisecond(SystemClock.now().as_millis()).unwrap_or_default();
        Self {
            at: format!("{now:.0}"),
            processor: after(&read("/proc/cpuinfo"), "model name"),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            memory_gib: (kib / 1024.0 / 1024.0 * 10.0).round() / 10.0,
            load_before: read("/proc/loadavg")
                .split(' ')
                .next()
                .and_then(|load| load.parse().ok())
                .unwrap_or_default(),
        }
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { at, processor, cores, memory_gib, load_before } = self;
        write!(f, "{at}, {processor}, {cores} cores, {memory_gib} GiB, load before: {load_before}")
    }
}
