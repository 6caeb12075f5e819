//! What one measurement saw, and the medians of several.

use std::time::Duration;

use serde::Serialize;

/// One measurement.
#[derive(Default)]
pub(crate) struct Sample {
    /// Microseconds of every verified answer.
    pub(crate) latencies: Vec<u32>,
    /// From the first request to the last answer.
    pub(crate) took: Duration,
    /// Answers that were not the expected ones.
    pub(crate) failures: u64,
    /// What was wrong with the first of them.
    pub(crate) first_failure: Option<String>,
    /// Processor time of the server and of this program meanwhile.
    pub(crate) cpu: Option<Cpu>,
}

/// Processor time.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(crate) struct Cpu {
    /// Of the server's process.
    pub(crate) server: f64,
    /// Of this program, which is the client.
    pub(crate) client: f64,
}

/// The medians of several measurements.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Figures {
    /// Answers a second.
    pub(crate) rate: f64,
    /// Milliseconds within which half of the answers came.
    pub(crate) p50_ms: f64,
    /// Milliseconds within which 99 of 100 came.
    pub(crate) p99_ms: f64,
    /// Microseconds of processor time for each answer: the server's.
    pub(crate) server_us: f64,
    /// And this program's.
    pub(crate) client_us: f64,
    /// The rates of the single measurements.
    pub(crate) runs: Vec<f64>,
    /// Answers that were not the expected ones, in all of them.
    pub(crate) failures: u64,
    /// What was wrong with the first.
    pub(crate) first_failure: Option<String>,
}

impl Sample {
    /// Takes in what another client of the same measurement saw.
    pub(crate) fn add(&mut self, other: Self) {
        self.latencies.extend(other.latencies);
        self.failures += other.failures;
        self.first_failure = self.first_failure.take().or(other.first_failure);
    }

    /// Notes an answer.
    pub(crate) fn note(&mut self, latency: Duration) {
        self.latencies.push(u32::try_from(latency.as_micros()).unwrap_or(u32::MAX));
    }

    /// Notes a wrong one.
    pub(crate) fn fail(&mut self, what: &dyn std::fmt::Display) {
        self.failures += 1;
        self.first_failure.get_or_insert_with(|| what.to_string());
    }

    fn count(&self) -> f64 {
        f64::from(u32::try_from(self.latencies.len()).unwrap_or(u32::MAX))
    }

    fn rate(&self) -> f64 {
        self.count() / self.took.as_secs_f64().max(1e-9)
    }

    /// Milliseconds within which this share of the answers came.
    fn within(&mut self, percent: usize) -> f64 {
        self.latencies.sort_unstable();
        let place = (self.latencies.len() * percent).div_ceil(100).saturating_sub(1);
        f64::from(self.latencies.get(place).copied().unwrap_or_default()) / 1000.0
    }

    fn each(&self, seconds: f64) -> f64 {
        seconds * 1e6 / self.count().max(1.0)
    }
}

impl Figures {
    /// The medians of these measurements.
    pub(crate) fn of(mut samples: Vec<Sample>) -> Self {
        let of = |samples: &mut Vec<Sample>, read: &dyn Fn(&mut Sample) -> f64| {
            median(samples.iter_mut().map(read).collect())
        };
        Self {
            rate: of(&mut samples, &|sample| sample.rate()),
            p50_ms: of(&mut samples, &|sample| sample.within(50)),
            p99_ms: of(&mut samples, &|sample| sample.within(99)),
            server_us: of(&mut samples, &|sample| sample.each(sample.cpu.unwrap_or_default().server)),
            client_us: of(&mut samples, &|sample| sample.each(sample.cpu.unwrap_or_default().client)),
            runs: samples.iter().map(|sample| sample.rate().round()).collect(),
            failures: samples.iter().map(|sample| sample.failures).sum(),
            first_failure: samples.iter().find_map(|sample| sample.first_failure.clone()),
        }
    }
}

/// The middle one, or the mean of the two in the middle; zero of nothing.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let (low, high) = (values.len().saturating_sub(1) / 2, values.len() / 2);
    match (values.get(low), values.get(high)) {
        (Some(low), Some(high)) => f64::midpoint(*low, *high),
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_and_percentiles_are_those_of_the_textbook() {
        assert!((median(vec![3.0, 1.0, 2.0]) - 2.0).abs() < 1e-9);
        assert!((median(vec![4.0, 1.0, 2.0, 3.0]) - 2.5).abs() < 1e-9);
        assert!(median(Vec::new()).abs() < 1e-9);
        let mut sample = Sample { latencies: (1..=100).map(|ms| ms * 1000).collect(), ..Sample::default() };
        assert!((sample.within(50) - 50.0).abs() < 1e-9);
        assert!((sample.within(99) - 99.0).abs() < 1e-9);
    }
}
