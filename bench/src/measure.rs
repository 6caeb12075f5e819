//! Measures everything on one database.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use crate::called::Called;
use crate::child::{self, Server, own_cpu};
use crate::deed::{Deed, Slice};
use crate::home::Home;
use crate::options::{Options, Phase};
use crate::peer::Peer;
use crate::report::{Database, Figure, Mode, NOT_CLIENTS, Rest};
use crate::sample::{Cpu, Figures, Sample, median};
use crate::taken::{self, Imported};
use crate::{Fault, argon, called, inside, load, mailed};

/// Starts that the median is taken of, at least.
const STARTS: usize = 5;
/// After its first answer a server is left alone for so long before its memory at rest is read.
const REST: Duration = Duration::from_secs(1);
/// Second steps a second in the phase of the fixed rate.
const STEADY: u32 = 200;
/// Letters a second in the phase of letters.
const LETTERS: u32 = 50;
/// More sign-ins a second than a core gives.
const FASTEST_SIGN_INS: f64 = 100.0;
/// Clients that saturate the hashing threads: as many as may wait, so that nobody is turned away.
const SATURATING: usize = 64;
/// More answers a second than any mode gives: what is set aside for a measurement.
const FASTEST: f64 = 15_000.0;

/// What is measured of one database, run by run.
struct Measuring<'a> {
    options: &'a Options,
    home: Home,
    samples: BTreeMap<(Mode, Deed, usize), Vec<Sample>>,
    rest: Rest,
    starts: Vec<f64>,
}

/// Measures everything that is wanted on SQLite, or on this PostgreSQL server.
pub(crate) fn database(options: &Options, server: Option<&str>) -> Result<Database, Fault> {
    let mut rest = Rest::default();
    let home = Home::make(options, server, |plan| {
        rest.first_start_ms = millis(plan.start()?.first_answer);
        Ok(())
    })?;
    tell(&format!(
        "{}: {} people written in {:.1} s",
        home.name,
        options.accounts,
        home.seeded_in.as_secs_f64()
    ));
    let mut measuring = Measuring { options, home, samples: BTreeMap::new(), rest, starts: Vec::new() };
    if options.wants(Phase::Start) {
        measuring.starts()?;
    }
    for run in 1..=options.runs {
        tell(&format!("{}: run {run} of {}", measuring.home.name, options.runs));
        measuring.run()?;
    }
    measuring.finish()
}

impl Measuring<'_> {
    fn starts(&mut self) -> Result<(), Fault> {
        for _ in 0..STARTS {
            let server = self.start(true)?;
            self.starts.push(millis(server.first_answer));
            server.stop()?;
        }
        let server = self.start(true)?;
        std::thread::sleep(REST);
        self.rest.idle = server.memory()?;
        server.stop()
    }

    fn start(&self, grouping: bool) -> Result<Server, Fault> {
        self.home.server(grouping).start()
    }

    fn run(&mut self) -> Result<(), Fault> {
        let clients = self.options.clients.clone();
        let codes: Vec<Deed> = [(Phase::SecondStep, Deed::SecondStep), (Phase::WrongCode, Deed::WrongCode)]
            .into_iter()
            .filter_map(|(phase, deed)| self.options.wants(phase).then_some(deed))
            .collect();
        if !codes.is_empty() {
            for (mode, grouping) in [(Mode::Http, true), (Mode::Ungrouped, false)] {
                if grouping || self.home.is_sqlite() {
                    self.codes(mode, grouping, &codes, &clients)?;
                }
            }
            for deed in &codes {
                for clients in &clients {
                    self.inside(*deed, *clients)?;
                }
            }
        }
        self.hashing(&clients)
    }

    /// What needs the hashing threads or mail.
    fn hashing(&mut self, clients: &[usize]) -> Result<(), Fault> {
        let wants = |phase| self.options.wants(phase);
        let letters = wants(Phase::Letters);
        let with_mail = letters || wants(Phase::MailedSignIn);
        let (sign_ins, steady) = (wants(Phase::SignIn) || wants(Phase::MailedSignIn), wants(Phase::Steady));
        if !(sign_ins || steady || letters) {
            return Ok(());
        }
        let peer = if with_mail { Some(Arc::new(Peer::start(self.options)?)) } else { None };
        let mail = peer.as_ref().map(|peer| peer.port);
        let server = child::Plan { mail, ..self.home.server(true) }.start()?;
        if sign_ins {
            self.sign_ins(&server, clients, peer.as_ref())?;
        }
        if let Some(peer) = peer.as_ref().filter(|_| letters) {
            self.letters(&server, peer)?;
        }
        if steady {
            self.steady(&server)?;
        }
        self.rest.hashing = self.rest.hashing.most(server.memory()?);
        server.stop()
    }

    fn codes(&mut self, mode: Mode, grouping: bool, deeds: &[Deed], clients: &[usize]) -> Result<(), Fault> {
        let server = self.start(grouping)?;
        for clients in clients {
            if mode == Mode::Http {
                let everybody = self.home.everybody();
                self.over_http(&server, mode, Deed::Health, *clients, self.options.lasts() / 2, &everybody)?;
            }
            for deed in deeds {
                let slice = self.slice(*deed, *clients)?;
                self.over_http(&server, mode, *deed, *clients, self.options.lasts(), &slice)?;
                self.home.settle(&slice);
            }
        }
        if mode == Mode::Http {
            self.rest.loaded = self.rest.loaded.most(server.memory()?);
        }
        server.stop()
    }

    /// People with open challenges for one measurement: enough for the time it lasts, or a fair share of few.
    fn slice(&mut self, deed: Deed, clients: usize) -> Result<Arc<Slice>, Fault> {
        let at_most = if clients == 1 { FASTEST / 3.0 } else { FASTEST };
        let wanted = (at_most * self.options.seconds).ceil();
        let measurements = 3 * self.options.clients.len() * self.options.runs + self.options.runs;
        let share = usize::try_from(self.options.accounts / 4).unwrap_or(usize::MAX) / measurements;
        let few = self.options.accounts < 50_000;
        let limit = if few { u32::try_from(share.max(1))? } else { u32::MAX };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "at most a million, positive"
        )]
        let wanted = (wanted as u32).min(limit);
        match deed {
            Deed::WrongCode => self.home.guessers(wanted.div_ceil(4)),
            _ => self.home.people(wanted),
        }
    }

    fn over_http(
        &mut self,
        server: &Server,
        mode: Mode,
        deed: Deed,
        clients: usize,
        lasts: Duration,
        slice: &Arc<Slice>,
    ) -> Result<(), Fault> {
        let work = load::closed(server.address, deed, clients, lasts, Arc::clone(slice));
        let sample = watched(Some(server), || load::runtime()?.block_on(work))?;
        self.keep(mode, deed, clients, sample);
        Ok(())
    }

    fn inside(&mut self, deed: Deed, clients: usize) -> Result<(), Fault> {
        let slice = self.slice(deed, clients)?;
        let work = inside::closed(
            Arc::clone(&self.home.deps),
            deed,
            clients,
            self.options.lasts(),
            Arc::clone(&slice),
        );
        let runtime = self.home.runtime();
        // On a thread of the runtime, as the server's requests are.
        let sample = watched(None, || runtime.block_on(on_a_thread(work)))?;
        self.home.settle(&slice);
        self.keep(Mode::InProcess, deed, clients, sample);
        Ok(())
    }

    /// Sign-ins beside raw Argon2id; whole ones where there is a mail server.
    fn sign_ins(
        &mut self,
        server: &Server,
        clients: &[usize],
        peer: Option<&Arc<Peer>>,
    ) -> Result<(), Fault> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let lasts = self.options.lasts_long();
        let everybody = self.home.everybody();
        for clients in clients {
            let hash = self.home.seeder.hash();
            let raw = argon::raw(&self.home.deps.keys, hash, cores.min(*clients), lasts)?;
            self.keep(Mode::Raw, Deed::SignIn, *clients, raw);
            if self.options.wants(Phase::SignIn) {
                self.over_http(server, Mode::Http, Deed::SignIn, *clients, lasts, &everybody)?;
            }
            if let Some(peer) = peer.filter(|_| self.options.wants(Phase::MailedSignIn)) {
                self.mailed_sign_ins(server, peer, *clients, cores)?;
            }
        }
        Ok(())
    }

    fn mailed_sign_ins(
        &mut self,
        server: &Server,
        peer: &Arc<Peer>,
        clients: usize,
        cores: usize,
    ) -> Result<(), Fault> {
        let lasts = self.options.lasts_long();
        let most = FASTEST_SIGN_INS * lasts.as_secs_f64();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "some thousands, positive"
        )]
        let most = (most.ceil() as u32).saturating_mul(u32::try_from(cores)?);
        let slice = self.mailed(most)?;
        let work = mailed::sign_ins(server.address, Arc::clone(peer), clients, lasts, Arc::clone(&slice));
        let sample = watched(Some(server), || load::runtime()?.block_on(work))?;
        self.home.settle(&slice);
        self.keep(Mode::Http, Deed::MailedSignIn, clients, sample);
        Ok(())
    }

    /// People whose codes come by e-mail: nobody is used twice, so each measurement has its share.
    fn mailed(&mut self, most: u32) -> Result<Arc<Slice>, Fault> {
        let measurements = self.options.runs * (self.options.clients.len() + 1);
        self.home.mailed(most, u32::try_from(measurements)?)
    }

    fn letters(&mut self, server: &Server, peer: &Arc<Peer>) -> Result<(), Fault> {
        let lasts = self.options.lasts_long();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "some thousands, positive"
        )]
        let wanted = (f64::from(LETTERS) * lasts.as_secs_f64()) as u32 + 1;
        let slice = self.mailed(wanted)?;
        let lasts = lasts.min(Duration::from_secs(slice.count().into()) / LETTERS);
        let work = mailed::letters(server.address, Arc::clone(peer), LETTERS, lasts, Arc::clone(&slice));
        let sample = watched(Some(server), || load::runtime()?.block_on(work))?;
        self.home.settle(&slice);
        self.keep(Mode::Steady, Deed::Letter, NOT_CLIENTS, sample);
        Ok(())
    }

    fn steady(&mut self, server: &Server) -> Result<(), Fault> {
        let lasts = self.options.lasts_long();
        let wanted = f64::from(STEADY) * lasts.as_secs_f64() + 1.0;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "some thousands, positive"
        )]
        let slice = self.home.people(wanted as u32)?;
        let everybody = self.home.everybody();
        let (address, steps) = (server.address, Arc::clone(&slice));
        let work = async move {
            let storm = tokio::spawn(load::closed(address, Deed::SignIn, SATURATING, lasts, everybody));
            let steady = load::steady(address, Deed::SecondStep, STEADY, lasts, steps).await;
            Ok::<_, Fault>((steady?, storm.await??))
        };
        let (steady, storm) = load::runtime()?.block_on(work)?;
        self.home.settle(&slice);
        self.keep(Mode::Steady, Deed::SecondStep, SATURATING, steady);
        self.keep(Mode::Steady, Deed::SignIn, SATURATING, storm);
        Ok(())
    }

    fn keep(&mut self, mode: Mode, deed: Deed, clients: usize, sample: Sample) {
        self.samples.entry((mode, deed, clients)).or_default().push(sample);
    }

    /// Last, so that nobody else is measured beside so many accounts more.
    fn imports(&self) -> Result<Vec<Imported>, Fault> {
        if !self.options.wants(Phase::Import) {
            return Ok(Vec::new());
        }
        let plan = self.home.server(true);
        let counts = [self.options.imports / 2, self.options.imports];
        counts.into_iter().map(|count| taken::accounts(&plan, count)).collect()
    }

    /// Under a policy of its own, after what the others are measured under.
    fn calls(&mut self) -> Result<Option<Called>, Fault> {
        if !self.options.wants(Phase::Calls) {
            return Ok(None);
        }
        called::calls(self.options, &mut self.home).map(Some)
    }

    fn finish(mut self) -> Result<Database, Fault> {
        let calls = self.calls()?;
        let imports = self.imports()?;
        self.rest.start_ms = median(self.starts);
        let name = self.home.name;
        let figure =
            |((mode, deed, clients), samples)| Figure { mode, deed, clients, figures: Figures::of(samples) };
        let figures: Vec<_> = self.samples.into_iter().map(figure).collect();
        let database = Database::new(name, self.home.seeded_in, &figures, self.rest).with(calls, imports);
        self.home.close()?;
        Ok(database)
    }
}

async fn on_a_thread(
    work: impl Future<Output = Result<Sample, Fault>> + Send + 'static,
) -> Result<Sample, Fault> {
    tokio::spawn(work).await?
}

/// Runs a measurement and notes the processor time that it took.
fn watched(server: Option<&Server>, work: impl FnOnce() -> Result<Sample, Fault>) -> Result<Sample, Fault> {
    let used = || Cpu { server: server.map_or(0.0, Server::cpu), client: own_cpu() };
    let before = used();
    let mut sample = work()?;
    let after = used();
    sample.cpu = Some(Cpu { server: after.server - before.server, client: after.client - before.client });
    Ok(sample)
}

fn millis(span: Duration) -> f64 {
    span.as_secs_f64() * 1000.0
}

/// A line about how far the measurement is, on standard error: standard output is the report's.
pub(crate) fn tell(line: &str) {
    use std::io::Write as _;
    // Nobody has to be listening.
    let _ = writeln!(std::io::stderr(), "{line}");
}
