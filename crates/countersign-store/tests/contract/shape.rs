//! Both sets of migrations end in the same shape, every statement fits it, and the audit log only grows.

use std::collections::BTreeSet;

use countersign_store::contract::{Value, execute, prepare, query};
use countersign_store::{Db, Job, StoreError};
use futures_util::future::BoxFuture;

use crate::support::{Home, on_postgres, on_sqlite, postgres_url};

type Lines = BTreeSet<String>;

const SQLITE: &[&str] = &[
    "SELECT 'column ' || m.name || '.' || c.name || ' ' || c.type || CASE c.\"notnull\" WHEN 1 THEN ' filled' \
     ELSE '' END AS line FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'",
    "SELECT 'unique ' || m.name || '.' || (SELECT group_concat(name) FROM (SELECT name FROM pragma_index_info(i.name) \
     ORDER BY seqno)) AS line FROM sqlite_master m, pragma_index_list(m.name) i \
     WHERE m.type = 'table' AND i.\"unique\" = 1",
    // The key of such a table is its own row number and has no index.
    "SELECT 'unique ' || m.name || '.' || c.name AS line FROM sqlite_master m, pragma_table_info(m.name) c \
     WHERE m.type = 'table' AND c.pk = 1 AND c.type = 'INTEGER' \
     AND NOT EXISTS (SELECT 1 FROM pragma_index_list(m.name) i WHERE i.origin = 'pk')",
    "SELECT 'index ' || m.name || '.' || i.name || ' ' || (SELECT group_concat(name) FROM (SELECT name FROM \
     pragma_index_info(i.name) ORDER BY seqno)) AS line FROM sqlite_master m, pragma_index_list(m.name) i \
     WHERE m.type = 'table' AND i.origin = 'c'",
    "SELECT 'reference ' || m.name || '.' || f.\"from\" || ' ' || f.\"table\" || '.' || f.\"to\" || ' ' || f.on_delete \
     AS line FROM sqlite_master m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table'",
    "SELECT 'trigger ' || tbl_name || '.' || name AS line FROM sqlite_master WHERE type = 'trigger'",
];

const POSTGRES: &[&str] = &[
    "SELECT 'column ' || table_name || '.' || column_name || ' ' || CASE data_type WHEN 'bigint' THEN 'INTEGER' \
     WHEN 'bytea' THEN 'BLOB' WHEN 'text' THEN 'TEXT' ELSE data_type END || CASE is_nullable WHEN 'NO' THEN ' filled' \
     ELSE '' END AS line FROM information_schema.columns WHERE table_schema = current_schema()",
    "SELECT 'unique ' || conname AS line FROM pg_constraint \
     WHERE connamespace = current_schema()::regnamespace AND contype IN ('p', 'u')",
    "SELECT 'index ' || t.relname || '.' || c.relname || ' ' || (SELECT string_agg(a.attname, ',' ORDER BY k.n) \
     FROM unnest(i.indkey) WITH ORDINALITY k (att, n) \
     JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.att) AS line \
     FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid \
     WHERE c.relnamespace = current_schema()::regnamespace AND NOT i.indisunique",
    "SELECT 'reference ' || t.relname || '.' || a.attname || ' ' || r.relname || '.' || b.attname || ' ' || \
     CASE c.confdeltype WHEN 'c' THEN 'CASCADE' WHEN 'a' THEN 'NO ACTION' ELSE 'other' END AS line \
     FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_class r ON r.oid = c.confrelid \
     JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = c.conkey[1] \
     JOIN pg_attribute b ON b.attrelid = r.oid AND b.attnum = c.confkey[1] \
     WHERE c.connamespace = current_schema()::regnamespace AND c.contype = 'f'",
    // SQLite has no TRUNCATE to guard against.
    "SELECT 'trigger ' || c.relname || '.' || t.tgname AS line FROM pg_trigger t \
     JOIN pg_class c ON c.oid = t.tgrelid WHERE c.relnamespace = current_schema()::regnamespace \
     AND NOT t.tgisinternal AND t.tgname NOT LIKE '%\\_truncate'",
];

const PLACED: &str = "SELECT 'unique ' || t.relname || '.' || (SELECT string_agg(a.attname, ',' ORDER BY k.n) \
     FROM unnest(i.indkey) WITH ORDINALITY k (att, n) \
     JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.att) AS line \
     FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid \
     WHERE t.relnamespace = current_schema()::regnamespace AND i.indisunique";

async fn lines(home: &Home, statements: &[&'static str]) -> Lines {
    let mut db = home.store.reader().await.expect("a reader");
    let mut lines = Lines::new();
    for sql in statements {
        let rows = query(&mut db, sql, &[]).await.expect("an answer");
        assert!(!rows.is_empty(), "{sql}");
        lines.extend(rows.iter().map(|row| row.text("line").expect("a line")));
    }
    lines
}

#[test]
fn both_migrations_end_in_the_same_shape() {
    static ON_SQLITE: std::sync::OnceLock<Lines> = std::sync::OnceLock::new();
    if postgres_url().is_none() {
        return;
    }
    on_sqlite(|home| {
        Box::pin(async move {
            ON_SQLITE.set(lines(home, SQLITE).await).expect("it is set once");
        })
    });
    on_postgres(|home| {
        Box::pin(async move {
            let (here, there) = (ON_SQLITE.get().expect("it is set"), lines(home, POSTGRES).await);
            assert_eq!(here.difference(&there).collect::<Vec<_>>(), [""; 0], "only on SQLite");
            assert_eq!(there.difference(here).collect::<Vec<_>>(), [""; 0], "only on PostgreSQL");
            // A constraint's name is what an error tells, so it must say what it constrains.
            let named: Lines = there.into_iter().filter(|line| line.starts_with("unique ")).collect();
            assert_eq!(named, lines(home, &[PLACED]).await);
        })
    });
}

on_both! {
    async fn every_statement_is_understood(home) {
        let mut db = home.store.reader().await.expect("a reader");
        let mut wrong = Vec::new();
        for sql in countersign_store::statements() {
            if let Err(error) = prepare(&mut db, sql).await {
                wrong.push(format!("{error}\n  in {sql}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    async fn the_audit_log_only_grows(home) {
        fill(home).await;
        for forbidden in [
            "UPDATE audit SET event = 'nothing'",
            "UPDATE audit_seal SET rows = 9",
            "UPDATE audit_seal_entry SET position = 9",
            "UPDATE audit_purge SET purged_at = 9",
            "UPDATE policy SET body = 'weak'",
            "DELETE FROM audit",
            "DELETE FROM audit WHERE event = 'unsealed'",
            "DELETE FROM audit_seal",
            "DELETE FROM audit_seal_entry",
            "DELETE FROM policy",
        ] {
            // One statement runs against tables that all have rows; `audit_purge` is filled only here.
            let job: Job<&'static str, u64> = |db, sql| Box::pin(async move {
                purge(db, 1).await?;
                execute(db, sql, &[]).await
            });
            assert_eq!(home.store.write(forbidden, job).await, Err(StoreError::Refused("append-only")), "{forbidden}");
        }
    }

    async fn a_seal_is_purged_whole(home) {
        fill(home).await;
        let job: Job<(), Vec<u64>> = |db, ()| Box::pin(async move {
            purge(db, 1).await?;
            let rows = "DELETE FROM audit WHERE id IN (SELECT audit_id FROM audit_seal_entry WHERE number = 1)";
            let entries = "DELETE FROM audit_seal_entry WHERE number = 1";
            Ok(vec![execute(db, rows, &[]).await?, execute(db, entries, &[]).await?])
        });
        assert_eq!(home.store.write((), job).await, Ok(vec![1, 1]));
        let sneaked: Job<(), u64> = |db, ()| Box::pin(async move { entry(db, 3, 1).await });
        assert_eq!(home.store.write((), sneaked).await, Err(StoreError::Refused("append-only")));
        let unpurged: Job<(), u64> = |db, ()| Box::pin(async move {
            execute(db, "DELETE FROM audit WHERE event = 'kept'", &[]).await
        });
        assert_eq!(home.store.write((), unpurged).await, Err(StoreError::Refused("append-only")));
    }
}

/// Three audit rows: the first in seal 1, the second (`kept`) in seal 2, the third (`unsealed`) in none.
async fn fill(home: &Home) {
    let job: Job<(), u64> = |db, ()| {
        Box::pin(async move {
            for (id, event) in [(1, "old"), (2, "kept"), (3, "unsealed")] {
                let audit =
                    "INSERT INTO audit (id, at, actor, event, detail) VALUES (?1, 0, 'system', ?2, '{}')";
                execute(db, audit, &[[id; 16].into(), event.into()]).await?;
            }
            for number in [1_i64, 2] {
                let seal = "INSERT INTO audit_seal (number, rows, previous, digest, sealed_at) VALUES (?1, 1, ?2, ?2, 0)";
                execute(db, seal, &[number.into(), [0; 32].into()]).await?;
            }
            entry(db, 1, 1).await?;
            entry(db, 2, 2).await?;
            let organisation =
                "INSERT INTO organisation (id, name, slug, created_at) VALUES (?1, 'n', 's', 0)";
            execute(db, organisation, &[[1; 16].into()]).await?;
            let policy = "INSERT INTO policy (organisation_id, version, body, changed_at, changed_by, reason) \
                VALUES (?1, 1, '', 0, '', '')";
            execute(db, policy, &[[1; 16].into()]).await
        })
    };
    home.store.write((), job).await.expect("it is filled");
}

fn entry(db: &mut Db, id: u8, number: i64) -> BoxFuture<'_, Result<u64, StoreError>> {
    let sql = "INSERT INTO audit_seal_entry (audit_id, number, position) VALUES (?1, ?2, ?3)";
    let values = [Value::from([id; 16]), number.into(), i64::from(id).into()];
    Box::pin(async move { execute(db, sql, &values).await })
}

fn purge(db: &mut Db, number: i64) -> BoxFuture<'_, Result<u64, StoreError>> {
    let values = [Value::from(number)];
    Box::pin(async move {
        execute(db, "INSERT INTO audit_purge (number, purged_at) VALUES (?1, 86400000)", &values).await
    })
}
