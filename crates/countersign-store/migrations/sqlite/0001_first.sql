-- Ids are 16 bytes, hashes 32 bytes, times milliseconds since 1970 in UTC, yes and no are 1 and 0.
-- Columns that name a session or a browser without a foreign key outlive it on purpose: whoever reads
-- them judges what is still there.

CREATE TABLE organisation (
    id BLOB NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    slug TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    accent TEXT
) STRICT;

-- Insert-only: the newest version counts, the older ones are the history.
CREATE TABLE policy (
    organisation_id BLOB NOT NULL REFERENCES organisation (id),
    version INTEGER NOT NULL,
    body TEXT NOT NULL,
    changed_at INTEGER NOT NULL,
    changed_by TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (organisation_id, version)
) STRICT;

CREATE TABLE account (
    id BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL REFERENCES organisation (id),
    email TEXT NOT NULL,
    email_key TEXT NOT NULL UNIQUE,
    display_name TEXT NOT NULL,
    language TEXT,
    role TEXT NOT NULL,
    state TEXT NOT NULL,
    email_verified_at INTEGER,
    password_hash TEXT,
    pepper_key INTEGER,
    password_version INTEGER NOT NULL,
    factor_version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    last_sign_in_at INTEGER,
    email_codes_at INTEGER,
    last_method TEXT,
    mail_reset_at INTEGER,
    changes_locked_at INTEGER,
    previous_email TEXT,
    previous_email_key TEXT,
    previous_email_until INTEGER,
    not_now_at INTEGER,
    enrolment_reminded_at INTEGER,
    telegram_at INTEGER,
    telegram_refused_at INTEGER,
    telegram_refused_before INTEGER
) STRICT;
CREATE INDEX account_organisation ON account (organisation_id);
CREATE INDEX account_pepper ON account (pepper_key);
CREATE INDEX account_previous_email ON account (previous_email_key);

-- A row without confirmed_at is a set-up in progress.
CREATE TABLE authenticator (
    id BLOB NOT NULL PRIMARY KEY,
    account_id BLOB NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    name TEXT,
    name_key TEXT,
    secret BLOB NOT NULL,
    key_id INTEGER NOT NULL,
    drift_offset INTEGER NOT NULL,
    drift_side INTEGER NOT NULL,
    drift_run INTEGER NOT NULL,
    last_step INTEGER,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    session_id BLOB,
    tries INTEGER NOT NULL,
    confirmed_at INTEGER,
    last_used_at INTEGER,
    showing_session BLOB,
    showing_until INTEGER,
    UNIQUE (account_id, name_key)
) STRICT;
CREATE INDEX authenticator_key ON authenticator (key_id);
CREATE INDEX authenticator_expiry ON authenticator (expires_at);

CREATE TABLE challenge (
    id BLOB NOT NULL PRIMARY KEY,
    token_hash BLOB NOT NULL UNIQUE,
    account_id BLOB NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    purpose TEXT NOT NULL,
    subject BLOB,
    session_id BLOB,
    method TEXT,
    browser_id BLOB,
    browser_current INTEGER NOT NULL,
    password_version INTEGER NOT NULL,
    factor_version INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    spent_at INTEGER,
    address TEXT NOT NULL,
    device TEXT NOT NULL,
    first_step TEXT NOT NULL,
    sends INTEGER NOT NULL,
    sent_at INTEGER,
    telegram_shown BLOB,
    telegram_key INTEGER,
    approved_at INTEGER,
    approved_by BLOB,
    phone_id BLOB,
    calls INTEGER NOT NULL,
    sms INTEGER NOT NULL,
    phone_at INTEGER
) STRICT;
CREATE INDEX challenge_account ON challenge (account_id);
CREATE INDEX challenge_expiry ON challenge (expires_at);
CREATE INDEX challenge_key ON challenge (telegram_key) WHERE telegram_key IS NOT NULL;

CREATE TABLE session (
    id BLOB NOT NULL PRIMARY KEY,
    token_hash BLOB NOT NULL UNIQUE,
    account_id BLOB NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    class TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    stepped_up_at INTEGER,
    address TEXT NOT NULL,
    device TEXT NOT NULL,
    recognised_browser_id BLOB,
    recovered_at INTEGER,
    key_grant_until INTEGER,
    suspension_id BLOB,
    trusted_claims TEXT
) STRICT;
CREATE INDEX session_account ON session (account_id);
CREATE INDEX session_expiry ON session (expires_at);

CREATE TABLE recognised_browser (
    id BLOB NOT NULL PRIMARY KEY,
    token_hash BLOB NOT NULL UNIQUE,
    account_id BLOB NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    password_version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL,
    device TEXT NOT NULL
) STRICT;
CREATE INDEX recognised_browser_account ON recognised_browser (account_id);
CREATE INDEX recognised_browser_expiry ON recognised_browser (expires_at);

CREATE TABLE counter (
    key TEXT NOT NULL PRIMARY KEY,
    body BLOB NOT NULL,
    touched INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX counter_expiry ON counter (expires_at);

CREATE TABLE link (
    id BLOB NOT NULL PRIMARY KEY,
    token_hash BLOB NOT NULL UNIQUE,
    purpose TEXT NOT NULL,
    account_id BLOB REFERENCES account (id) ON DELETE CASCADE,
    organisation_id BLOB NOT NULL REFERENCES organisation (id),
    email TEXT,
    role TEXT,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    spent_at INTEGER,
    created_by TEXT NOT NULL,
    invited_by BLOB
) STRICT;
CREATE INDEX link_account ON link (account_id);
CREATE INDEX link_organisation ON link (organisation_id);
CREATE INDEX link_expiry ON link (expires_at);

-- The outbox. The body is sealed, and gone once the letter has ended.
CREATE TABLE letter (
    id BLOB NOT NULL PRIMARY KEY,
    account_id BLOB REFERENCES account (id) ON DELETE CASCADE,
    challenge_id BLOB,
    kind TEXT NOT NULL,
    recipient TEXT NOT NULL,
    language TEXT NOT NULL,
    body BLOB,
    key_id INTEGER NOT NULL,
    bundle TEXT,
    count INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    send_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    claimed_until INTEGER,
    attempts INTEGER NOT NULL,
    last_error TEXT,
    state TEXT NOT NULL,
    ended_at INTEGER
) STRICT;
CREATE INDEX letter_queue ON letter (state, send_at);
CREATE INDEX letter_bundle ON letter (bundle);
CREATE INDEX letter_challenge ON letter (challenge_id);
CREATE INDEX letter_account ON letter (account_id);
CREATE INDEX letter_end ON letter (ended_at);
CREATE INDEX letter_key ON letter (key_id);

CREATE TABLE courier_state (
    name TEXT NOT NULL PRIMARY KEY,
    ok_at INTEGER,
    failed_at INTEGER,
    error TEXT
) STRICT;

-- The code that counts of each method; `earlier` holds the MACs of the same challenge's codes before it, 32 bytes each.
CREATE TABLE delivered_code (
    account_id BLOB NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    method TEXT NOT NULL,
    challenge_id BLOB NOT NULL,
    channel TEXT NOT NULL,
    recipient TEXT NOT NULL,
    mac BLOB NOT NULL,
    earlier BLOB NOT NULL,
    sent_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    spent_at INTEGER,
    missed_at INTEGER,
    PRIMARY KEY (account_id, method)
) STRICT;
CREATE INDEX delivered_code_expiry ON delivered_code (expires_at);

-- A row without confirmed_at was shown, and its owner has not said yet that it is kept.
CREATE TABLE recovery_key (
    account_id BLOB NOT NULL PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
    id BLOB NOT NULL UNIQUE,
    mac BLOB NOT NULL,
    key_id INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    confirmed_at INTEGER,
    spent_at INTEGER
) STRICT;
CREATE INDEX recovery_key_key ON recovery_key (key_id);

-- Telegram accounts that may answer for an account. Who they are is sealed; `lookup` is a keyed hash of the numeric id,
-- under the key that the row is sealed with.
CREATE TABLE telegram_account (
    id BLOB NOT NULL PRIMARY KEY,
    account_id BLOB NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    body BLOB NOT NULL,
    key_id INTEGER NOT NULL,
    lookup BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER,
    blocked_at INTEGER,
    UNIQUE (account_id, lookup)
) STRICT;
CREATE INDEX telegram_account_lookup ON telegram_account (lookup);
CREATE INDEX telegram_account_key ON telegram_account (key_id);

-- The linking of one. Until the bot was opened by the address it has no body, no code and no handle.
CREATE TABLE telegram_link (
    id BLOB NOT NULL PRIMARY KEY,
    account_id BLOB NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    session_id BLOB NOT NULL,
    token_hash BLOB NOT NULL UNIQUE,
    handle_hash BLOB UNIQUE,
    body BLOB,
    key_id INTEGER,
    code_mac BLOB,
    tries INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    claimed_at INTEGER,
    spent_at INTEGER,
    refused_at INTEGER
) STRICT;
CREATE INDEX telegram_link_account ON telegram_link (account_id);
CREATE INDEX telegram_link_expiry ON telegram_link (expires_at);
CREATE INDEX telegram_link_key ON telegram_link (key_id);

-- One question in one chat. `offered` holds the numbers of its buttons, one byte each. It outlives the Telegram account,
-- so that a button pressed after unlinking is known for what it is.
CREATE TABLE telegram_prompt (
    id BLOB NOT NULL PRIMARY KEY,
    challenge_id BLOB NOT NULL,
    account_id BLOB NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    telegram_account_id BLOB NOT NULL,
    handle_hash BLOB NOT NULL UNIQUE,
    offered BLOB NOT NULL,
    message_id INTEGER,
    state TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    answered_at INTEGER
) STRICT;
CREATE INDEX telegram_prompt_challenge ON telegram_prompt (challenge_id);
CREATE INDEX telegram_prompt_account ON telegram_prompt (account_id);
CREATE INDEX telegram_prompt_chat ON telegram_prompt (telegram_account_id);
CREATE INDEX telegram_prompt_expiry ON telegram_prompt (expires_at);

-- Which of a bot's updates is read next.
CREATE TABLE telegram_cursor (
    bot TEXT NOT NULL PRIMARY KEY,
    next_update INTEGER NOT NULL,
    read_at INTEGER NOT NULL
) STRICT;

-- Phone numbers. A row without confirmed_at waits for its proof. The number is sealed; `lookup` is a keyed hash of it,
-- under the key that the row is sealed with, and `last_caller` one of the number that called it last.
CREATE TABLE phone_number (
    id BLOB NOT NULL PRIMARY KEY,
    account_id BLOB NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    number BLOB NOT NULL,
    key_id INTEGER NOT NULL,
    lookup BLOB NOT NULL,
    country TEXT NOT NULL,
    session_id BLOB,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    confirmed_at INTEGER,
    last_used_at INTEGER,
    last_caller BLOB,
    UNIQUE (account_id, lookup)
) STRICT;
CREATE INDEX phone_number_lookup ON phone_number (lookup);
CREATE INDEX phone_number_key ON phone_number (key_id);
CREATE INDEX phone_number_expiry ON phone_number (expires_at);

-- The outbox of Telegram, SMS and calls. The body is sealed, and gone once the row has ended.
CREATE TABLE dispatch (
    id BLOB NOT NULL PRIMARY KEY,
    channel TEXT NOT NULL,
    kind TEXT NOT NULL,
    account_id BLOB REFERENCES account (id) ON DELETE CASCADE,
    organisation_id BLOB REFERENCES organisation (id),
    challenge_id BLOB,
    phone_id BLOB,
    prompt_id BLOB,
    body BLOB,
    key_id INTEGER NOT NULL,
    country TEXT,
    prefix TEXT,
    caller BLOB,
    price INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    send_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    claimed_until INTEGER,
    attempts INTEGER NOT NULL,
    state TEXT NOT NULL,
    outcome TEXT,
    route TEXT,
    remote_id TEXT,
    rang_at INTEGER,
    ended_at INTEGER,
    receipt_at INTEGER,
    answered_at INTEGER
) STRICT;
CREATE INDEX dispatch_queue ON dispatch (state, channel, send_at);
CREATE INDEX dispatch_challenge ON dispatch (challenge_id);
CREATE INDEX dispatch_account ON dispatch (account_id);
CREATE INDEX dispatch_organisation ON dispatch (organisation_id, created_at);
CREATE INDEX dispatch_prefix ON dispatch (prefix, created_at);
CREATE INDEX dispatch_time ON dispatch (created_at);
CREATE INDEX dispatch_remote ON dispatch (remote_id) WHERE remote_id IS NOT NULL;
CREATE INDEX dispatch_key ON dispatch (key_id) WHERE body IS NOT NULL;
CREATE INDEX dispatch_end ON dispatch (ended_at);

-- Prefixes of phone numbers to which nothing is sent, as too few codes came back.
CREATE TABLE breaker (
    prefix TEXT NOT NULL PRIMARY KEY,
    country TEXT NOT NULL,
    reason TEXT NOT NULL,
    organisation_id BLOB,
    opened_at INTEGER NOT NULL,
    closed_at INTEGER,
    closed_by TEXT
) STRICT;
CREATE INDEX breaker_time ON breaker (opened_at);

-- What somebody typed who signs up, until the link in the letter proves the address.
CREATE TABLE sign_up (
    link_id BLOB NOT NULL PRIMARY KEY REFERENCES link (id) ON DELETE CASCADE,
    email_key TEXT NOT NULL,
    display_name TEXT NOT NULL,
    language TEXT,
    password_hash TEXT NOT NULL,
    pepper_key INTEGER NOT NULL
) STRICT;
CREATE INDEX sign_up_address ON sign_up (email_key);
CREATE INDEX sign_up_pepper ON sign_up (pepper_key);

-- A file that was taken over from another system, or is being. The digest is of what kind it is and of all its bytes.
CREATE TABLE import_run (
    id BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL REFERENCES organisation (id),
    kind TEXT NOT NULL,
    digest BLOB NOT NULL,
    lines_done INTEGER NOT NULL,
    accepted INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    finished_at INTEGER,
    UNIQUE (organisation_id, digest)
) STRICT;

-- What another system called an account that came from it.
CREATE TABLE imported_account (
    account_id BLOB NOT NULL PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
    external_id TEXT NOT NULL
) STRICT;
CREATE INDEX imported_account_name ON imported_account (external_id);

CREATE TABLE api_token (
    id BLOB NOT NULL PRIMARY KEY,
    account_id BLOB NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    token_hash BLOB NOT NULL UNIQUE,
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    class TEXT NOT NULL,
    password_version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    last_used_at INTEGER,
    ended_at INTEGER,
    end_told_at INTEGER
) STRICT;
CREATE INDEX api_token_account ON api_token (account_id);
CREATE INDEX api_token_expiry ON api_token (expires_at);
CREATE INDEX api_token_end ON api_token (ended_at);

-- The issuer is never changed: its subjects are who they are at that issuer only.
CREATE TABLE sso_provider (
    id BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL REFERENCES organisation (id),
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    issuer TEXT NOT NULL,
    client_id TEXT NOT NULL,
    client_secret BLOB NOT NULL,
    key_id INTEGER NOT NULL,
    domains TEXT NOT NULL,
    jit INTEGER NOT NULL,
    button INTEGER NOT NULL,
    enabled INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    checked_at INTEGER,
    check_error TEXT
) STRICT;
CREATE INDEX sso_provider_organisation ON sso_provider (organisation_id);
CREATE INDEX sso_provider_key ON sso_provider (key_id);

CREATE TABLE sso_identity (
    provider_id BLOB NOT NULL REFERENCES sso_provider (id) ON DELETE CASCADE,
    subject TEXT NOT NULL,
    account_id BLOB NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    email TEXT,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER,
    PRIMARY KEY (provider_id, subject),
    UNIQUE (provider_id, account_id)
) STRICT;
CREATE INDEX sso_identity_account ON sso_identity (account_id);

CREATE TABLE sso_attempt (
    id BLOB NOT NULL PRIMARY KEY,
    token_hash BLOB NOT NULL UNIQUE,
    state_hash BLOB NOT NULL,
    provider_id BLOB NOT NULL REFERENCES sso_provider (id) ON DELETE CASCADE,
    purpose TEXT NOT NULL,
    session_id BLOB,
    account_id BLOB,
    nonce_hash BLOB NOT NULL,
    verifier BLOB NOT NULL,
    key_id INTEGER NOT NULL,
    return_to TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    spent_at INTEGER
) STRICT;
CREATE INDEX sso_attempt_expiry ON sso_attempt (expires_at);
CREATE INDEX sso_attempt_key ON sso_attempt (key_id);

CREATE TABLE suspension (
    id BLOB NOT NULL PRIMARY KEY,
    account_id BLOB NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    reason TEXT NOT NULL,
    ticket TEXT NOT NULL,
    identity_proof TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    until INTEGER NOT NULL,
    lifted_at INTEGER,
    lifted_by TEXT,
    approval TEXT NOT NULL,
    approved_by TEXT,
    approved_at INTEGER,
    code_mac BLOB,
    code_expires_at INTEGER,
    code_spent_at INTEGER,
    end_told_at INTEGER
) STRICT;
CREATE INDEX suspension_account ON suspension (account_id, until);
CREATE INDEX suspension_untold ON suspension (until) WHERE end_told_at IS NULL;

-- What the address of a request was is kept beside its account: it may change, and there may be none.
CREATE TABLE support_request (
    id BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL REFERENCES organisation (id),
    account_id BLOB REFERENCES account (id) ON DELETE CASCADE,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    lost TEXT NOT NULL,
    message TEXT NOT NULL,
    proof TEXT NOT NULL,
    language TEXT NOT NULL,
    address TEXT NOT NULL,
    device TEXT NOT NULL,
    state TEXT NOT NULL,
    taken_by BLOB,
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    closed_at INTEGER
) STRICT;
CREATE INDEX support_request_queue ON support_request (organisation_id, state, created_at);
CREATE INDEX support_request_agent ON support_request (taken_by);
CREATE INDEX support_request_account ON support_request (account_id);
CREATE INDEX support_request_end ON support_request (closed_at);

CREATE TABLE support_note (
    id BLOB NOT NULL PRIMARY KEY,
    request_id BLOB NOT NULL REFERENCES support_request (id) ON DELETE CASCADE,
    author BLOB NOT NULL,
    body TEXT NOT NULL,
    mailed INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX support_note_request ON support_note (request_id, created_at);

CREATE TABLE spent_nonce (
    hash BLOB NOT NULL PRIMARY KEY,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX spent_nonce_expiry ON spent_nonce (expires_at);

-- No foreign keys: what happened stays told when the account is gone.
CREATE TABLE audit (
    id BLOB NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL,
    organisation_id BLOB,
    account_id BLOB,
    actor TEXT NOT NULL,
    actor_id BLOB,
    event TEXT NOT NULL,
    detail TEXT NOT NULL,
    address TEXT,
    device TEXT,
    request_id TEXT
) STRICT;
CREATE INDEX audit_account ON audit (account_id, at);
CREATE INDEX audit_organisation ON audit (organisation_id, at);
CREATE INDEX audit_time ON audit (at);

CREATE TABLE audit_seal (
    number INTEGER NOT NULL PRIMARY KEY,
    rows INTEGER NOT NULL,
    previous BLOB NOT NULL,
    digest BLOB NOT NULL,
    sealed_at INTEGER NOT NULL
) STRICT;

CREATE TABLE audit_seal_entry (
    audit_id BLOB NOT NULL PRIMARY KEY,
    number INTEGER NOT NULL REFERENCES audit_seal (number),
    position INTEGER NOT NULL,
    UNIQUE (number, position)
) STRICT;

-- A seal named here has left the retention time: only its rows may be deleted.
CREATE TABLE audit_purge (
    number INTEGER NOT NULL PRIMARY KEY REFERENCES audit_seal (number),
    purged_at INTEGER NOT NULL
) STRICT;

-- How many active accounts had a method on a day, in days since 1970; `all` and `none` are words of their own.
CREATE TABLE adoption_day (
    organisation_id BLOB NOT NULL REFERENCES organisation (id) ON DELETE CASCADE,
    day INTEGER NOT NULL,
    method TEXT NOT NULL,
    accounts INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, day, method)
) STRICT, WITHOUT ROWID;

CREATE TABLE lease (
    name TEXT NOT NULL PRIMARY KEY,
    holder TEXT NOT NULL,
    until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE clock (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    high_water INTEGER NOT NULL
) STRICT;

CREATE TABLE setting (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER policy_update BEFORE UPDATE ON policy
BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER policy_delete BEFORE DELETE ON policy
BEGIN SELECT RAISE(ABORT, 'append-only'); END;

CREATE TRIGGER audit_update BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER audit_delete BEFORE DELETE ON audit
WHEN NOT EXISTS (
    SELECT 1 FROM audit_seal_entry e JOIN audit_purge p ON p.number = e.number WHERE e.audit_id = OLD.id
)
BEGIN SELECT RAISE(ABORT, 'append-only'); END;

CREATE TRIGGER audit_seal_update BEFORE UPDATE ON audit_seal
BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER audit_seal_delete BEFORE DELETE ON audit_seal
BEGIN SELECT RAISE(ABORT, 'append-only'); END;

-- An entry put into a seal that is being purged would let its row be deleted unseen.
CREATE TRIGGER audit_seal_entry_insert BEFORE INSERT ON audit_seal_entry
WHEN EXISTS (SELECT 1 FROM audit_purge p WHERE p.number = NEW.number)
BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER audit_seal_entry_update BEFORE UPDATE ON audit_seal_entry
BEGIN SELECT RAISE(ABORT, 'append-only'); END;
-- The row goes first, its entry after it: no row can lose its seal and stay.
CREATE TRIGGER audit_seal_entry_delete BEFORE DELETE ON audit_seal_entry
WHEN NOT EXISTS (SELECT 1 FROM audit_purge p WHERE p.number = OLD.number)
    OR EXISTS (SELECT 1 FROM audit a WHERE a.id = OLD.audit_id)
BEGIN SELECT RAISE(ABORT, 'append-only'); END;

-- From the beginning of the chain on, and no seal younger than a day. Both times come from the server, whose clock
-- may be turned; the database's is not asked. One that is named already is for the primary key to refuse.
CREATE TRIGGER audit_purge_insert BEFORE INSERT ON audit_purge
WHEN NEW.number > (SELECT COALESCE(MAX(p.number), 0) + 1 FROM audit_purge p)
    OR NOT EXISTS (
        SELECT 1 FROM audit_seal s WHERE s.number = NEW.number AND NEW.purged_at - s.sealed_at >= 86400000
    )
BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER audit_purge_update BEFORE UPDATE ON audit_purge
BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER audit_purge_delete BEFORE DELETE ON audit_purge
BEGIN SELECT RAISE(ABORT, 'append-only'); END;
