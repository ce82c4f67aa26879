-- Access: second factor, re-authentication, limits of tokens and invitations, and who decides a flag.

-- A secret waits in totp_pending until its first code was right; totp_step is the last 30 s step that was accepted, so
-- that no code counts twice.
alter table public.user_secrets
  add column totp_pending text,
  add column totp_step bigint,
  add constraint recovery_codes_are_a_list check (jsonb_typeof(recovery_codes) = 'array');

-- When the password was last given again in this session.
alter table public.user_sessions add column confirmed_at timestamptz;

-- When the second factor of this attempt was right.
alter table public.login_attempts add column factor_at timestamptz;

alter table public.api_tokens
  add column expires_at timestamptz,
  add constraint api_token_has_a_name check (length(name) between 1 and 80),
  add constraint api_token_has_known_scopes check (cardinality(scopes) > 0 and scopes <@ array[
    'signals:write', 'positions:read', 'orders:read', 'trades:read', 'pnl:read', 'switch:write']);
create index api_tokens_by_user on public.api_tokens (user_id, created_at desc);

alter table public.invitations
  add column revoked_at timestamptz,
  add column accepted_user_id uuid references public.users (id),
  add constraint accepted_invitation_has_a_user check ((accepted_at is null) = (accepted_user_id is null)),
  add constraint invitation_ends_once check (accepted_at is null or revoked_at is null);

-- `enabled` is what holds: what the environment forces, else what an admin wants.
alter table public.feature_flags
  add column wanted boolean not null default false,
  add column forced boolean;

create index audit_log_by_actor on public.audit_log (actor_user_id, seq desc);
create index audit_log_by_entity on public.audit_log (entity_id, seq desc);
create index webhook_events_by_source on public.webhook_events (source_id, received_at desc, id desc);
