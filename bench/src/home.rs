//! One database with its people.

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use countersign::config::keyfile::KeyFile;
use countersign::config::prepare_data_dir;
use countersign::entropy::OsEntropy;
use countersign::flow::reach::Reach;
use countersign::flow::{Call, Deps, Origin, policy};
use countersign::hasher::PasswordPool;
use countersign::time_source::{Clock, Stopwatch, SystemClock};
use countersign_core::audit::Actor;
use countersign_core::entropy::Entropy;
use countersign_core::password::Parameters;
use countersign_store::{Database, Store, StoreSettings};
use tokio::runtime::Runtime;
use tokio_postgres::NoTls;

use crate::Fault;
use crate::child::Plan;
use crate::deed::Slice;
use crate::options::Options;
use crate::people::People;
use crate::seed::Seeder;

/// Challenges live ten minutes; older ones than this are opened anew.
const FRESH: Duration = Duration::from_mins(5);
/// A device's code counts once, so nobody comes again before the next but one code is shown.
const NEXT_CODE: Duration = Duration::from_secs(65);

/// A database with everything that a measurement needs of it.
pub(crate) struct Home {
    /// What reports call it.
    pub(crate) name: &'static str,
    /// What flows work with, in this process.
    pub(crate) deps: Arc<Deps>,
    /// What writes people and challenges.
    pub(crate) seeder: Seeder,
    /// How long writing the people took.
    pub(crate) seeded_in: Duration,
    plan: Plan,
    runtime: Arc<Runtime>,
    stock: Stock,
    _schema: Option<Schema>,
}

/// Who may still be used up. The right codes come from the front of the crowd, in rounds; whoever guessed wrongly is
/// not used again, since the limits remember, nor who was sent a code.
struct Stock {
    people: People,
    right: Range,
    wrong: Range,
    mailed: Range,
    round: u32,
    lap: u32,
    lap_began: Stopwatch,
    seeded: Stopwatch,
}

#[derive(Clone, Copy)]
struct Range {
    first: u32,
    next: u32,
    end: u32,
}

/// A schema of the PostgreSQL server; dropped with this.
struct Schema {
    server: String,
    name: String,
    runtime: Arc<Runtime>,
}

impl Home {
    /// How servers on the database are started before anything is in it.
    pub(crate) fn plan(options: &Options, postgres: Option<&str>) -> Result<Plan, Fault> {
        let folder = if postgres.is_some() { "postgresql" } else { "sqlite" };
        let data = options.folder.join(format!("{folder}-{}", std::process::id()));
        fs::create_dir_all(&options.folder)?;
        Ok(Plan {
            program: options.program()?,
            data,
            postgres: None,
            grouping: true,
            mail: None,
            calls: None,
        })
    }

    /// Makes the database, lets `first` see it while it is empty, and writes the people.
    pub(crate) fn make(
        options: &Options,
        server: Option<&str>,
        first: impl FnOnce(&Plan) -> Result<(), Fault>,
    ) -> Result<Self, Fault> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let runtime = Arc::new(runtime);
        let mut plan = Self::plan(options, server)?;
        let schema = server.map(|server| Schema::make(server, Arc::clone(&runtime))).transpose()?;
        plan.postgres = schema.as_ref().map(Schema::url);
        first(&plan)?;
        prepare_data_dir(&plan.data)?;
        let entropy: Arc<dyn Entropy> = Arc::new(OsEntropy::new()?);
        let people = People::new(&*entropy, mailed_from(options.accounts));
        let file = KeyFile::load_or_create(&plan.data.join("keys.toml"), SystemClock.now(), &*entropy)?;
        let keys = Arc::new(file.ring()?);
        let hasher = PasswordPool::start(1, Arc::clone(&keys), Arc::clone(&entropy), Parameters::DEFAULT)?;
        let database = match &plan.postgres {
            Some(url) => Database::Postgres(url.clone()),
            None => Database::Sqlite(plan.data.join("countersign.sqlite3")),
        };
        let store = runtime.block_on(Store::open(&StoreSettings::new(database)))?;
        let (product, post_wake) = ("Countersign".to_owned(), Arc::default());
        let deps = Arc::new(Deps {
            store,
            keys,
            entropy,
            hasher,
            product,
            post_wake,
            mail: false,
            language: "en".to_owned(),
            identity: Arc::new(countersign::sso::Outside::new("http://localhost", false)),
            reach: Reach::nothing(),
            dispatch_wake: Arc::default(),
        });
        let clock = Stopwatch::start();
        let seeder = runtime.block_on(populate(&deps, people, options.accounts))?;
        if let Some(schema) = &schema {
            // As autovacuum would within a minute, which here would fall into a measurement.
            schema.run("VACUUM ANALYZE; CHECKPOINT")?;
        }
        let seeded_in = clock.elapsed();
        let name = if server.is_some() { "PostgreSQL" } else { "SQLite" };
        let stock = Stock::new(people, options.accounts);
        Ok(Self { name, deps, seeder, seeded_in, plan, runtime, stock, _schema: schema })
    }

    /// Whether it is SQLite.
    pub(crate) fn is_sqlite(&self) -> bool {
        self.plan.postgres.is_none()
    }

    /// How its server is started.
    pub(crate) fn server(&self, grouping: bool) -> Plan {
        Plan { grouping, ..self.plan.clone() }
    }

    /// The threads that work in this process, as many as the server has.
    pub(crate) fn runtime(&self) -> Arc<Runtime> {
        Arc::clone(&self.runtime)
    }

    /// What the command line would call flows with.
    pub(crate) fn call(&self) -> Call {
        operator(&self.deps)
    }

    /// At most so many people with open challenges whose devices show unused codes.
    pub(crate) fn people(&mut self, most: u32) -> Result<Arc<Slice>, Fault> {
        let (first, count) = self.stock.right(most);
        self.open(first, count)
    }

    /// At most so many people with open challenges who never guessed.
    pub(crate) fn guessers(&mut self, most: u32) -> Result<Arc<Slice>, Fault> {
        let range = self.stock.wrong;
        self.open(range.next, most.min(range.end - range.next))
    }

    /// At most so many people with open challenges whose codes come by e-mail, but no more than this part of them all.
    pub(crate) fn mailed(&mut self, most: u32, part: u32) -> Result<Arc<Slice>, Fault> {
        let range = self.stock.mailed;
        let share = ((range.end - range.first) / part.max(1)).max(1);
        self.open(range.next, most.min(share).min(range.end - range.next))
    }

    /// Everybody who never guesses, for what uses nobody up.
    pub(crate) fn everybody(&self) -> Arc<Slice> {
        let Range { first, end, .. } = self.stock.right;
        Arc::new(Slice::new(self.stock.people, first, end - first, 0))
    }

    fn open(&mut self, first: u32, count: u32) -> Result<Arc<Slice>, Fault> {
        let stock = &mut self.stock;
        let mut round = 0;
        if stock.lap > 0 || stock.seeded.elapsed() > FRESH {
            stock.round += 1;
            round = stock.round;
            self.runtime.block_on(self.seeder.open(first, count, round, SystemClock.now()))?;
        }
        Ok(Arc::new(Slice::new(self.stock.people, first, count, round)))
    }

    /// Takes note of who was used up.
    pub(crate) fn settle(&mut self, slice: &Slice) {
        let stock = &mut self.stock;
        let range = match slice.first() {
            first if first >= stock.mailed.first => &mut stock.mailed,
            first if first >= stock.wrong.first => &mut stock.wrong,
            _ => &mut stock.right,
        };
        range.next = range.next.max(slice.reached());
    }

    /// Closes everything and removes the data.
    pub(crate) fn close(self) -> Result<(), Fault> {
        self.runtime.block_on(self.deps.store.close())?;
        fs::remove_dir_all(&self.plan.data)?;
        Ok(())
    }
}

/// Of so many people the first one whose codes come by e-mail.
fn mailed_from(count: u32) -> u32 {
    count / 8 * 7
}

fn operator(deps: &Arc<Deps>) -> Call {
    let origin = Origin {
        address: std::net::Ipv4Addr::LOCALHOST.into(),
        user_agent: String::new(),
        request_id: "bench".to_owned(),
        actor: Actor::CommandLine,
    };
    Call { deps: Arc::clone(deps), now: SystemClock.now(), origin: Arc::new(origin) }
}

async fn populate(deps: &Arc<Deps>, people: People, count: u32) -> Result<Seeder, Fault> {
    let call = operator(deps);
    let organisation = policy::ensure_organisation(&call, "Countersign", "main").await?;
    let seeder = Seeder::new(Arc::clone(deps), people, organisation.id);
    seeder.write_people(count, call.now).await?;
    Ok(seeder)
}

impl Stock {
    fn new(people: People, count: u32) -> Self {
        let (middle, mailed) = (count / 8 * 5, mailed_from(count));
        Self {
            people,
            right: Range { first: 0, next: 0, end: middle },
            wrong: Range { first: middle, next: middle, end: mailed },
            mailed: Range { first: mailed, next: mailed, end: count },
            round: 0,
            lap: 0,
            lap_began: Stopwatch::start(),
            seeded: Stopwatch::start(),
        }
    }

    /// The next people for right codes: from the beginning again when too few are left, once all show new codes.
    fn right(&mut self, most: u32) -> (u32, u32) {
        let wanted = most.min(self.right.end - self.right.first);
        if self.right.end - self.right.next < wanted.div_ceil(4).max(1) {
            std::thread::sleep(NEXT_CODE.saturating_sub(self.lap_began.elapsed()));
            self.right.next = self.right.first;
            self.lap += 1;
            self.lap_began = Stopwatch::start();
        }
        (self.right.next, wanted.min(self.right.end - self.right.next))
    }
}

impl Schema {
    fn make(server: &str, runtime: Arc<Runtime>) -> Result<Self, Fault> {
        let schema =
            Self { server: server.to_owned(), name: format!("bench_{}", std::process::id()), runtime };
        schema.run(&format!("CREATE SCHEMA {}", schema.name))?;
        Ok(schema)
    }

    fn url(&self) -> String {
        let joint = if self.server.contains('?') { '&' } else { '?' };
        format!("{}{joint}options=-csearch_path%3D{}", self.server, self.name)
    }

    /// Runs these statements, each by itself.
    fn run(&self, statements: &str) -> Result<(), Fault> {
        self.runtime.block_on(async {
            let (client, connection) = tokio_postgres::connect(&self.server, NoTls).await?;
            let running = tokio::spawn(connection);
            for statement in statements.split(';') {
                client.batch_execute(statement).await?;
            }
            drop(client);
            running.await??;
            Ok(())
        })
    }
}

impl Drop for Schema {
    fn drop(&mut self) {
        // The cluster is mostly thrown away with it.
        let _ = self.run(&format!("DROP SCHEMA {} CASCADE", self.name));
    }
}
