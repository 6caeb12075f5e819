-- A unique constraint bears the name that SQLite reports: the table, a full stop, the columns.
-- Ids are 16 bytes, hashes 32 bytes, times milliseconds since 1970 in UTC, yes and no are 1 and 0.
-- Columns that name a session or a browser without a foreign key outlive it on purpose: whoever reads
-- them judges what is still there.

CREATE TABLE organisation (
    id BYTEA NOT NULL CONSTRAINT "organisation.id" PRIMARY KEY,
    name TEXT NOT NULL,
    slug TEXT NOT NULL CONSTRAINT "organisation.slug" UNIQUE,
    created_at BIGINT NOT NULL,
    accent TEXT
);

-- Insert-only: the newest version counts, the older ones are the history.
CREATE TABLE policy (
    organisation_id BYTEA NOT NULL REFERENCES organisation (id),
    version BIGINT NOT NULL,
    body TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    changed_by TEXT NOT NULL,
    reason TEXT NOT NULL,
    CONSTRAINT "policy.organisation_id,version" PRIMARY KEY (organisation_id, version)
);

CREATE TABLE account (
    id BYTEA NOT NULL CONSTRAINT "account.id" PRIMARY KEY,
    organisation_id BYTEA NOT NULL REFERENCES organisation (id),
    email TEXT NOT NULL,
    email_key TEXT NOT NULL CONSTRAINT "account.email_key" UNIQUE,
    display_name TEXT NOT NULL,
    language TEXT,
    role TEXT NOT NULL,
    state TEXT NOT NULL,
    email_verified_at BIGINT,
    password_hash TEXT,
    pepper_key BIGINT,
    password_version BIGINT NOT NULL,
    factor_version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    last_sign_in_at BIGINT,
    email_codes_at BIGINT,
    last_method TEXT,
    mail_reset_at BIGINT,
    changes_locked_at BIGINT,
    previous_email TEXT,
    previous_email_key TEXT,
    previous_email_until BIGINT,
    not_now_at BIGINT,
    enrolment_reminded_at BIGINT,
    telegram_at BIGINT,
    telegram_refused_at BIGINT,
    telegram_refused_before BIGINT
);
CREATE INDEX account_organisation ON account (organisation_id);
CREATE INDEX account_pepper ON account (pepper_key);
CREATE INDEX account_previous_email ON account (previous_email_key);

-- A row without confirmed_at is a set-up in progress.
CREATE TABLE authenticator (
    id BYTEA NOT NULL CONSTRAINT "authenticator.id" PRIMARY KEY,
    account_id BYTEA NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    name TEXT,
    name_key TEXT,
    secret BYTEA NOT NULL,
    key_id BIGINT NOT NULL,
    drift_offset BIGINT NOT NULL,
    drift_side BIGINT NOT NULL,
    drift_run BIGINT NOT NULL,
    last_step BIGINT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    session_id BYTEA,
    tries BIGINT NOT NULL,
    confirmed_at BIGINT,
    last_used_at BIGINT,
    showing_session BYTEA,
    showing_until BIGINT,
    CONSTRAINT "authenticator.account_id,name_key" UNIQUE (account_id, name_key)
);
CREATE INDEX authenticator_key ON authenticator (key_id);
CREATE INDEX authenticator_expiry ON authenticator (expires_at);

CREATE TABLE challenge (
    id BYTEA NOT NULL CONSTRAINT "challenge.id" PRIMARY KEY,
    token_hash BYTEA NOT NULL CONSTRAINT "challenge.token_hash" UNIQUE,
    account_id BYTEA NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    purpose TEXT NOT NULL,
    subject BYTEA,
    session_id BYTEA,
    method TEXT,
    browser_id BYTEA,
    browser_current BIGINT NOT NULL,
    password_version BIGINT NOT NULL,
    factor_version BIGINT NOT NULL,
    tries BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    spent_at BIGINT,
    address TEXT NOT NULL,
    device TEXT NOT NULL,
    first_step TEXT NOT NULL,
    sends BIGINT NOT NULL,
    sent_at BIGINT,
    telegram_shown BYTEA,
    telegram_key BIGINT,
    approved_at BIGINT,
    approved_by BYTEA,
    phone_id BYTEA,
    calls BIGINT NOT NULL,
    sms BIGINT NOT NULL,
    phone_at BIGINT
);
CREATE INDEX challenge_account ON challenge (account_id);
CREATE INDEX challenge_expiry ON challenge (expires_at);
CREATE INDEX challenge_key ON challenge (telegram_key) WHERE telegram_key IS NOT NULL;

CREATE TABLE session (
    id BYTEA NOT NULL CONSTRAINT "session.id" PRIMARY KEY,
    token_hash BYTEA NOT NULL CONSTRAINT "session.token_hash" UNIQUE,
    account_id BYTEA NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    class TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    stepped_up_at BIGINT,
    address TEXT NOT NULL,
    device TEXT NOT NULL,
    recognised_browser_id BYTEA,
    recovered_at BIGINT,
    key_grant_until BIGINT,
    suspension_id BYTEA,
    trusted_claims TEXT
);
CREATE INDEX session_account ON session (account_id);
CREATE INDEX session_expiry ON session (expires_at);

CREATE TABLE recognised_browser (
    id BYTEA NOT NULL CONSTRAINT "recognised_browser.id" PRIMARY KEY,
    token_hash BYTEA NOT NULL CONSTRAINT "recognised_browser.token_hash" UNIQUE,
    account_id BYTEA NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    password_version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    device TEXT NOT NULL
);
CREATE INDEX recognised_browser_account ON recognised_browser (account_id);
CREATE INDEX recognised_browser_expiry ON recognised_browser (expires_at);

CREATE TABLE counter (
    key TEXT NOT NULL CONSTRAINT "counter.key" PRIMARY KEY,
    body BYTEA NOT NULL,
    touched BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX counter_expiry ON counter (expires_at);

CREATE TABLE link (
    id BYTEA NOT NULL CONSTRAINT "link.id" PRIMARY KEY,
    token_hash BYTEA NOT NULL CONSTRAINT "link.token_hash" UNIQUE,
    purpose TEXT NOT NULL,
    account_id BYTEA REFERENCES account (id) ON DELETE CASCADE,
    organisation_id BYTEA NOT NULL REFERENCES organisation (id),
    email TEXT,
    role TEXT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    spent_at BIGINT,
    created_by TEXT NOT NULL,
    invited_by BYTEA
);
CREATE INDEX link_account ON link (account_id);
CREATE INDEX link_organisation ON link (organisation_id);
CREATE INDEX link_expiry ON link (expires_at);

-- The outbox. The body is sealed, and gone once the letter has ended.
CREATE TABLE letter (
    id BYTEA NOT NULL CONSTRAINT "letter.id" PRIMARY KEY,
    account_id BYTEA REFERENCES account (id) ON DELETE CASCADE,
    challenge_id BYTEA,
    kind TEXT NOT NULL,
    recipient TEXT NOT NULL,
    language TEXT NOT NULL,
    body BYTEA,
    key_id BIGINT NOT NULL,
    bundle TEXT,
    count BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    send_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    claimed_until BIGINT,
    attempts BIGINT NOT NULL,
    last_error TEXT,
    state TEXT NOT NULL,
    ended_at BIGINT
);
CREATE INDEX letter_queue ON letter (state, send_at);
CREATE INDEX letter_bundle ON letter (bundle);
CREATE INDEX letter_challenge ON letter (challenge_id);
CREATE INDEX letter_account ON letter (account_id);
CREATE INDEX letter_end ON letter (ended_at);
CREATE INDEX letter_key ON letter (key_id);

CREATE TABLE courier_state (
    name TEXT NOT NULL CONSTRAINT "courier_state.name" PRIMARY KEY,
    ok_at BIGINT,
    failed_at BIGINT,
    error TEXT
);

-- The code that counts of each method; `earlier` holds the MACs of the same challenge's codes before it, 32 bytes each.
CREATE TABLE delivered_code (
    account_id BYTEA NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    method TEXT NOT NULL,
    challenge_id BYTEA NOT NULL,
    channel TEXT NOT NULL,
    recipient TEXT NOT NULL,
    mac BYTEA NOT NULL,
    earlier BYTEA NOT NULL,
    sent_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    spent_at BIGINT,
    missed_at BIGINT,
    CONSTRAINT "delivered_code.account_id,method" PRIMARY KEY (account_id, method)
);
CREATE INDEX delivered_code_expiry ON delivered_code (expires_at);

-- A row without confirmed_at was shown, and its owner has not said yet that it is kept.
CREATE TABLE recovery_key (
    account_id BYTEA NOT NULL CONSTRAINT "recovery_key.account_id" PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
    id BYTEA NOT NULL CONSTRAINT "recovery_key.id" UNIQUE,
    mac BYTEA NOT NULL,
    key_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    confirmed_at BIGINT,
    spent_at BIGINT
);
CREATE INDEX recovery_key_key ON recovery_key (key_id);

-- Telegram accounts that may answer for an account. Who they are is sealed; `lookup` is a keyed hash of the numeric id,
-- under the key that the row is sealed with.
CREATE TABLE telegram_account (
    id BYTEA NOT NULL CONSTRAINT "telegram_account.id" PRIMARY KEY,
    account_id BYTEA NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    body BYTEA NOT NULL,
    key_id BIGINT NOT NULL,
    lookup BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    blocked_at BIGINT,
    CONSTRAINT "telegram_account.account_id,lookup" UNIQUE (account_id, lookup)
);
CREATE INDEX telegram_account_lookup ON telegram_account (lookup);
CREATE INDEX telegram_account_key ON telegram_account (key_id);

-- The linking of one. Until the bot was opened by the address it has no body, no code and no handle.
CREATE TABLE telegram_link (
    id BYTEA NOT NULL CONSTRAINT "telegram_link.id" PRIMARY KEY,
    account_id BYTEA NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    session_id BYTEA NOT NULL,
    token_hash BYTEA NOT NULL CONSTRAINT "telegram_link.token_hash" UNIQUE,
    handle_hash BYTEA CONSTRAINT "telegram_link.handle_hash" UNIQUE,
    body BYTEA,
    key_id BIGINT,
    code_mac BYTEA,
    tries BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    claimed_at BIGINT,
    spent_at BIGINT,
    refused_at BIGINT
);
CREATE INDEX telegram_link_account ON telegram_link (account_id);
CREATE INDEX telegram_link_expiry ON telegram_link (expires_at);
CREATE INDEX telegram_link_key ON telegram_link (key_id);

-- One question in one chat. `offered` holds the numbers of its buttons, one byte each. It outlives the Telegram account,
-- so that a button pressed after unlinking is known for what it is.
CREATE TABLE telegram_prompt (
    id BYTEA NOT NULL CONSTRAINT "telegram_prompt.id" PRIMARY KEY,
    challenge_id BYTEA NOT NULL,
    account_id BYTEA NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    telegram_account_id BYTEA NOT NULL,
    handle_hash BYTEA NOT NULL CONSTRAINT "telegram_prompt.handle_hash" UNIQUE,
    offered BYTEA NOT NULL,
    message_id BIGINT,
    state TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    answered_at BIGINT
);
CREATE INDEX telegram_prompt_challenge ON telegram_prompt (challenge_id);
CREATE INDEX telegram_prompt_account ON telegram_prompt (account_id);
CREATE INDEX telegram_prompt_chat ON telegram_prompt (telegram_account_id);
CREATE INDEX telegram_prompt_expiry ON telegram_prompt (expires_at);

-- Which of a bot's updates is read next.
CREATE TABLE telegram_cursor (
    bot TEXT NOT NULL CONSTRAINT "telegram_cursor.bot" PRIMARY KEY,
    next_update BIGINT NOT NULL,
    read_at BIGINT NOT NULL
);

-- Phone numbers. A row without confirmed_at waits for its proof. The number is sealed; `lookup` is a keyed hash of it,
-- under the key that the row is sealed with, and `last_caller` one of the number that called it last.
CREATE TABLE phone_number (
    id BYTEA NOT NULL CONSTRAINT "phone_number.id" PRIMARY KEY,
    account_id BYTEA NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    number BYTEA NOT NULL,
    key_id BIGINT NOT NULL,
    lookup BYTEA NOT NULL,
    country TEXT NOT NULL,
    session_id BYTEA,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    confirmed_at BIGINT,
    last_used_at BIGINT,
    last_caller BYTEA,
    CONSTRAINT "phone_number.account_id,lookup" UNIQUE (account_id, lookup)
);
CREATE INDEX phone_number_lookup ON phone_number (lookup);
CREATE INDEX phone_number_key ON phone_number (key_id);
CREATE INDEX phone_number_expiry ON phone_number (expires_at);

-- The outbox of Telegram, SMS and calls. The body is sealed, and gone once the row has ended.
CREATE TABLE dispatch (
    id BYTEA NOT NULL CONSTRAINT "dispatch.id" PRIMARY KEY,
    channel TEXT NOT NULL,
    kind TEXT NOT NULL,
    account_id BYTEA REFERENCES account (id) ON DELETE CASCADE,
    organisation_id BYTEA REFERENCES organisation (id),
    challenge_id BYTEA,
    phone_id BYTEA,
    prompt_id BYTEA,
    body BYTEA,
    key_id BIGINT NOT NULL,
    country TEXT,
    prefix TEXT,
    caller BYTEA,
    price BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    send_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    claimed_until BIGINT,
    attempts BIGINT NOT NULL,
    state TEXT NOT NULL,
    outcome TEXT,
    route TEXT,
    remote_id TEXT,
    rang_at BIGINT,
    ended_at BIGINT,
    receipt_at BIGINT,
    answered_at BIGINT
);
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
    prefix TEXT NOT NULL CONSTRAINT "breaker.prefix" PRIMARY KEY,
    country TEXT NOT NULL,
    reason TEXT NOT NULL,
    organisation_id BYTEA,
    opened_at BIGINT NOT NULL,
    closed_at BIGINT,
    closed_by TEXT
);
CREATE INDEX breaker_time ON breaker (opened_at);

-- What somebody typed who signs up, until the link in the letter proves the address.
CREATE TABLE sign_up (
    link_id BYTEA NOT NULL CONSTRAINT "sign_up.link_id" PRIMARY KEY REFERENCES link (id) ON DELETE CASCADE,
    email_key TEXT NOT NULL,
    display_name TEXT NOT NULL,
    language TEXT,
    password_hash TEXT NOT NULL,
    pepper_key BIGINT NOT NULL
);
CREATE INDEX sign_up_address ON sign_up (email_key);
CREATE INDEX sign_up_pepper ON sign_up (pepper_key);

-- A file that was taken over from another system, or is being. The digest is of what kind it is and of all its bytes.
CREATE TABLE import_run (
    id BYTEA NOT NULL CONSTRAINT "import_run.id" PRIMARY KEY,
    organisation_id BYTEA NOT NULL REFERENCES organisation (id),
    kind TEXT NOT NULL,
    digest BYTEA NOT NULL,
    lines_done BIGINT NOT NULL,
    accepted BIGINT NOT NULL,
    refused BIGINT NOT NULL,
    started_at BIGINT NOT NULL,
    finished_at BIGINT,
    CONSTRAINT "import_run.organisation_id,digest" UNIQUE (organisation_id, digest)
);

-- What another system called an account that came from it.
CREATE TABLE imported_account (
    account_id BYTEA NOT NULL CONSTRAINT "imported_account.account_id" PRIMARY KEY
        REFERENCES account (id) ON DELETE CASCADE,
    external_id TEXT NOT NULL
);
CREATE INDEX imported_account_name ON imported_account (external_id);

CREATE TABLE api_token (
    id BYTEA NOT NULL CONSTRAINT "api_token.id" PRIMARY KEY,
    account_id BYTEA NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    token_hash BYTEA NOT NULL CONSTRAINT "api_token.token_hash" UNIQUE,
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    class TEXT NOT NULL,
    password_version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    last_used_at BIGINT,
    ended_at BIGINT,
    end_told_at BIGINT
);
CREATE INDEX api_token_account ON api_token (account_id);
CREATE INDEX api_token_expiry ON api_token (expires_at);
CREATE INDEX api_token_end ON api_token (ended_at);

-- The issuer is never changed: its subjects are who they are at that issuer only.
CREATE TABLE sso_provider (
    id BYTEA NOT NULL CONSTRAINT "sso_provider.id" PRIMARY KEY,
    organisation_id BYTEA NOT NULL REFERENCES organisation (id),
    slug TEXT NOT NULL CONSTRAINT "sso_provider.slug" UNIQUE,
    name TEXT NOT NULL,
    issuer TEXT NOT NULL,
    client_id TEXT NOT NULL,
    client_secret BYTEA NOT NULL,
    key_id BIGINT NOT NULL,
    domains TEXT NOT NULL,
    jit BIGINT NOT NULL,
    button BIGINT NOT NULL,
    enabled BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    checked_at BIGINT,
    check_error TEXT
);
CREATE INDEX sso_provider_organisation ON sso_provider (organisation_id);
CREATE INDEX sso_provider_key ON sso_provider (key_id);

CREATE TABLE sso_identity (
    provider_id BYTEA NOT NULL REFERENCES sso_provider (id) ON DELETE CASCADE,
    subject TEXT NOT NULL,
    account_id BYTEA NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    email TEXT,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    CONSTRAINT "sso_identity.provider_id,subject" PRIMARY KEY (provider_id, subject),
    CONSTRAINT "sso_identity.provider_id,account_id" UNIQUE (provider_id, account_id)
);
CREATE INDEX sso_identity_account ON sso_identity (account_id);

CREATE TABLE sso_attempt (
    id BYTEA NOT NULL CONSTRAINT "sso_attempt.id" PRIMARY KEY,
    token_hash BYTEA NOT NULL CONSTRAINT "sso_attempt.token_hash" UNIQUE,
    state_hash BYTEA NOT NULL,
    provider_id BYTEA NOT NULL REFERENCES sso_provider (id) ON DELETE CASCADE,
    purpose TEXT NOT NULL,
    session_id BYTEA,
    account_id BYTEA,
    nonce_hash BYTEA NOT NULL,
    verifier BYTEA NOT NULL,
    key_id BIGINT NOT NULL,
    return_to TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    spent_at BIGINT
);
CREATE INDEX sso_attempt_expiry ON sso_attempt (expires_at);
CREATE INDEX sso_attempt_key ON sso_attempt (key_id);

CREATE TABLE suspension (
    id BYTEA NOT NULL CONSTRAINT "suspension.id" PRIMARY KEY,
    account_id BYTEA NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    reason TEXT NOT NULL,
    ticket TEXT NOT NULL,
    identity_proof TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    until BIGINT NOT NULL,
    lifted_at BIGINT,
    lifted_by TEXT,
    approval TEXT NOT NULL,
    approved_by TEXT,
    approved_at BIGINT,
    code_mac BYTEA,
    code_expires_at BIGINT,
    code_spent_at BIGINT,
    end_told_at BIGINT
);
CREATE INDEX suspension_account ON suspension (account_id, until);
CREATE INDEX suspension_untold ON suspension (until) WHERE end_told_at IS NULL;

-- What the address of a request was is kept beside its account: it may change, and there may be none.
CREATE TABLE support_request (
    id BYTEA NOT NULL CONSTRAINT "support_request.id" PRIMARY KEY,
    organisation_id BYTEA NOT NULL REFERENCES organisation (id),
    account_id BYTEA REFERENCES account (id) ON DELETE CASCADE,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    lost TEXT NOT NULL,
    message TEXT NOT NULL,
    proof TEXT NOT NULL,
    language TEXT NOT NULL,
    address TEXT NOT NULL,
    device TEXT NOT NULL,
    state TEXT NOT NULL,
    taken_by BYTEA,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    closed_at BIGINT
);
CREATE INDEX support_request_queue ON support_request (organisation_id, state, created_at);
CREATE INDEX support_request_agent ON support_request (taken_by);
CREATE INDEX support_request_account ON support_request (account_id);
CREATE INDEX support_request_end ON support_request (closed_at);

CREATE TABLE support_note (
    id BYTEA NOT NULL CONSTRAINT "support_note.id" PRIMARY KEY,
    request_id BYTEA NOT NULL REFERENCES support_request (id) ON DELETE CASCADE,
    author BYTEA NOT NULL,
    body TEXT NOT NULL,
    mailed BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX support_note_request ON support_note (request_id, created_at);

CREATE TABLE spent_nonce (
    hash BYTEA NOT NULL CONSTRAINT "spent_nonce.hash" PRIMARY KEY,
    expires_at BIGINT NOT NULL
);
CREATE INDEX spent_nonce_expiry ON spent_nonce (expires_at);

-- No foreign keys: what happened stays told when the account is gone.
CREATE TABLE audit (
    id BYTEA NOT NULL CONSTRAINT "audit.id" PRIMARY KEY,
    at BIGINT NOT NULL,
    organisation_id BYTEA,
    account_id BYTEA,
    actor TEXT NOT NULL,
    actor_id BYTEA,
    event TEXT NOT NULL,
    detail TEXT NOT NULL,
    address TEXT,
    device TEXT,
    request_id TEXT
);
CREATE INDEX audit_account ON audit (account_id, at);
CREATE INDEX audit_organisation ON audit (organisation_id, at);
CREATE INDEX audit_time ON audit (at);

CREATE TABLE audit_seal (
    number BIGINT NOT NULL CONSTRAINT "audit_seal.number" PRIMARY KEY,
    rows BIGINT NOT NULL,
    previous BYTEA NOT NULL,
    digest BYTEA NOT NULL,
    sealed_at BIGINT NOT NULL
);

CREATE TABLE audit_seal_entry (
    audit_id BYTEA NOT NULL CONSTRAINT "audit_seal_entry.audit_id" PRIMARY KEY,
    number BIGINT NOT NULL REFERENCES audit_seal (number),
    position BIGINT NOT NULL,
    CONSTRAINT "audit_seal_entry.number,position" UNIQUE (number, position)
);

-- A seal named here has left the retention time: only its rows may be deleted.
CREATE TABLE audit_purge (
    number BIGINT NOT NULL CONSTRAINT "audit_purge.number" PRIMARY KEY REFERENCES audit_seal (number),
    purged_at BIGINT NOT NULL
);

-- How many active accounts had a method on a day, in days since 1970; `all` and `none` are words of their own.
CREATE TABLE adoption_day (
    organisation_id BYTEA NOT NULL REFERENCES organisation (id) ON DELETE CASCADE,
    day BIGINT NOT NULL,
    method TEXT NOT NULL,
    accounts BIGINT NOT NULL,
    CONSTRAINT "adoption_day.organisation_id,day,method" PRIMARY KEY (organisation_id, day, method)
);

CREATE TABLE lease (
    name TEXT NOT NULL CONSTRAINT "lease.name" PRIMARY KEY,
    holder TEXT NOT NULL,
    until BIGINT NOT NULL
);

CREATE TABLE clock (
    id BIGINT NOT NULL CONSTRAINT "clock.id" PRIMARY KEY CHECK (id = 1),
    high_water BIGINT NOT NULL
);

CREATE TABLE setting (
    name TEXT NOT NULL CONSTRAINT "setting.name" PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION audit_delete_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM audit_seal_entry e JOIN audit_purge p ON p.number = e.number WHERE e.audit_id = OLD.id
    ) THEN
        RAISE EXCEPTION 'audit is append-only' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN OLD;
END $$;

-- An entry put into a seal that is being purged would let its row be deleted unseen.
CREATE FUNCTION audit_seal_entry_insert_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM audit_purge p WHERE p.number = NEW.number) THEN
        RAISE EXCEPTION 'audit_seal_entry is append-only' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

-- The row goes first, its entry after it: no row can lose its seal and stay.
CREATE FUNCTION audit_seal_entry_delete_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM audit_purge p WHERE p.number = OLD.number)
        OR EXISTS (SELECT 1 FROM audit a WHERE a.id = OLD.audit_id) THEN
        RAISE EXCEPTION 'audit_seal_entry is append-only' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN OLD;
END $$;

-- From the beginning of the chain on, and no seal younger than a day. Both times come from the server, whose clock
-- may be turned; the database's is not asked. One that is named already is for the primary key to refuse.
CREATE FUNCTION audit_purge_insert_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.number > (SELECT COALESCE(MAX(p.number), 0) + 1 FROM audit_purge p) OR NOT EXISTS (
        SELECT 1 FROM audit_seal s WHERE s.number = NEW.number AND NEW.purged_at - s.sealed_at >= 86400000
    ) THEN
        RAISE EXCEPTION 'audit_purge is append-only' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER policy_update BEFORE UPDATE ON policy FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER policy_delete BEFORE DELETE ON policy FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER audit_update BEFORE UPDATE ON audit FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER audit_delete BEFORE DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_delete_guard();
CREATE TRIGGER audit_seal_update BEFORE UPDATE ON audit_seal FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER audit_seal_delete BEFORE DELETE ON audit_seal FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER audit_seal_entry_insert BEFORE INSERT ON audit_seal_entry
    FOR EACH ROW EXECUTE FUNCTION audit_seal_entry_insert_guard();
CREATE TRIGGER audit_seal_entry_update BEFORE UPDATE ON audit_seal_entry
    FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER audit_seal_entry_delete BEFORE DELETE ON audit_seal_entry
    FOR EACH ROW EXECUTE FUNCTION audit_seal_entry_delete_guard();
CREATE TRIGGER audit_purge_insert BEFORE INSERT ON audit_purge
    FOR EACH ROW EXECUTE FUNCTION audit_purge_insert_guard();
CREATE TRIGGER audit_purge_update BEFORE UPDATE ON audit_purge FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER audit_purge_delete BEFORE DELETE ON audit_purge FOR EACH ROW EXECUTE FUNCTION append_only();

-- TRUNCATE fires no row trigger.
CREATE TRIGGER policy_truncate BEFORE TRUNCATE ON policy EXECUTE FUNCTION append_only();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON audit EXECUTE FUNCTION append_only();
CREATE TRIGGER audit_seal_truncate BEFORE TRUNCATE ON audit_seal EXECUTE FUNCTION append_only();
CREATE TRIGGER audit_seal_entry_truncate BEFORE TRUNCATE ON audit_seal_entry EXECUTE FUNCTION append_only();
CREATE TRIGGER audit_purge_truncate BEFORE TRUNCATE ON audit_purge EXECUTE FUNCTION append_only();
