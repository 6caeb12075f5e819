//! The program: everything is in the library, so that tests and measurements can use it too.

use std::process::ExitCode;

fn main() -> ExitCode {
    countersign::server::install_tls_provider();
    countersign::cli::run()
}
