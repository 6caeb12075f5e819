//! Everything that is logged while tests run, to be searched for secrets.

use std::io;
use std::sync::{Mutex, Once, PoisonError};

use tracing_subscriber::fmt::MakeWriter;

static WRITTEN: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// What has been logged by any test of this process so far. Secrets differ between tests, so that each may search it.
pub(crate) struct Written;

impl Written {
    /// Starts to collect; the first call counts. Everything down to the finest level, which no operator would ask for.
    pub(crate) fn collect() {
        static ONCE: Once = Once::new();
        ONCE.call_once(|| {
            let collector = tracing_subscriber::fmt()
                .with_max_level(tracing::Level::TRACE)
                .with_ansi(false)
                .with_writer(Written)
                .finish();
            tracing::subscriber::set_global_default(collector).expect("nothing else collects");
        });
    }

    /// All of it.
    pub(crate) fn all() -> String {
        let written = WRITTEN.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&written).into_owned()
    }
}

impl io::Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        WRITTEN.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Written {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        Self
    }
}
