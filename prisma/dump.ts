/**
 * The schema as one readable, deterministic text, generated from the catalog: prisma/schema.sql.
 *
 * Entry points: dumpSchema (a test compares it with the file), `npm run schema:dump` (writes the file, from a
 * throw-away server). Function bodies are left out: they stand in prisma/sql; here is what may call what.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { apply } from '#prisma/apply.ts';
import { createOwner, LOGIN_ROLES, OWNER_ROLE } from '#scripts/database-home.ts';
import { adminClient, startCluster, urlOf } from '#scripts/embedded-postgres.ts';

const SCHEMAS = `n.nspname in ('public', 'fn', 'paper')`;

/** One query per kind of object; each row is a finished text, in a stable order. */
const PARTS: readonly [title: string, query: string][] = [
  [
    'domains',
    `select format('create domain %s.%s as %s%s;', n.nspname, t.typname, format_type(t.typbasetype, t.typtypmod),
       (select string_agg(format(E'\\n  constraint %s %s', c.conname, pg_get_constraintdef(c.oid)), '' order by c.conname)
        from pg_constraint c where c.contypid = t.oid)) as text
     from pg_type t join pg_namespace n on n.oid = t.typnamespace
     where t.typtype = 'd' and ${SCHEMAS} order by n.nspname, t.typname`,
  ],
  [
    'tables',
    `select format(E'create table %s.%s (\\n%s\\n)%s;%s', n.nspname, c.relname,
       concat_ws(E',\\n', (
         select string_agg(format('  %s %s%s%s', a.attname, format_type(a.atttypid, a.atttypmod),
             case when a.attnotnull then ' not null' else '' end,
             case when a.attidentity <> '' then ' generated always as identity'
               when a.attgenerated <> '' then format(' generated always as (%s) stored', pg_get_expr(d.adbin, d.adrelid))
               when d.adbin is not null then ' default ' || pg_get_expr(d.adbin, d.adrelid) else '' end),
           E',\\n' order by a.attnum)
         from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
         where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped), (
         select string_agg(format('  constraint %s %s', k.conname, pg_get_constraintdef(k.oid)), E',\\n'
           order by k.contype desc, k.conname)
         from pg_constraint k where k.conrelid = c.oid and k.contype <> 'n' and k.conparentid = 0)),
       case when c.relkind = 'p' then ' partition by ' || pg_get_partkeydef(c.oid) else '' end,
       case when c.relispartition then format(E'\\n-- partition of %s %s', i.inhparent::regclass,
         pg_get_expr(c.relpartbound, c.oid)) else '' end) as text
     from pg_class c join pg_namespace n on n.oid = c.relnamespace left join pg_inherits i on i.inhrelid = c.oid
     where c.relkind in ('r', 'p') and ${SCHEMAS} order by n.nspname, c.relname`,
  ],
  [
    'indexes that no constraint makes',
    `select pg_get_indexdef(x.indexrelid) || ';' as text
     from pg_index x join pg_class c on c.oid = x.indexrelid join pg_namespace n on n.oid = c.relnamespace
     where ${SCHEMAS} and not c.relispartition
       and not exists (select from pg_constraint k where k.conindid = x.indexrelid and k.contype in ('p', 'u', 'x'))
     order by n.nspname, c.relname`,
  ],
  [
    'views',
    `select format(E'create view %s.%s with (%s) as\\n%s', n.nspname, c.relname, array_to_string(c.reloptions, ', '),
       pg_get_viewdef(c.oid)) as text
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'v' and ${SCHEMAS} order by n.nspname, c.relname`,
  ],
  [
    'triggers',
    `select pg_get_triggerdef(t.oid) || ';' as text
     from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
     where not t.tgisinternal and t.tgparentid = 0 and ${SCHEMAS} order by n.nspname, c.relname, t.tgname`,
  ],
  [
    'row-level security',
    `select format('%s on %s.%s%s: %s to %s using (%s)%s', p.polname, n.nspname, c.relname,
       case when c.relforcerowsecurity then ' (forced)' else '' end,
       case p.polcmd when '*' then 'all' when 'r' then 'select' else p.polcmd::text end,
       (select string_agg(r.rolname, ', ' order by r.rolname) from pg_roles r where r.oid = any (p.polroles)),
       pg_get_expr(p.polqual, p.polrelid),
       coalesce(format(' with check (%s)', pg_get_expr(p.polwithcheck, p.polrelid)), '')) as text
     from pg_policy p join pg_class c on c.oid = p.polrelid join pg_namespace n on n.oid = c.relnamespace
     order by n.nspname, c.relname, p.polname`,
  ],
  [
    'rights on tables',
    `select format('%s.%s: %s', n.nspname, c.relname, string_agg(g.text, '; ' order by g.grantee)) as text
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     cross join lateral (
       select r.rolname as grantee, r.rolname || ' ' || string_agg(lower(x.privilege_type), ', ' order by x.privilege_type) as text
       from aclexplode(c.relacl) x join pg_roles r on r.oid = x.grantee
       where x.grantee <> c.relowner group by r.rolname
       union all
       select r.rolname, format('%s select (%s)', r.rolname, string_agg(a.attname, ', ' order by a.attnum))
       from pg_attribute a cross join lateral aclexplode(a.attacl) x join pg_roles r on r.oid = x.grantee
       where a.attrelid = c.oid group by r.rolname) g
     where c.relkind in ('r', 'p', 'v') and ${SCHEMAS} group by n.nspname, c.relname order by n.nspname, c.relname`,
  ],
  [
    'functions: result, how they run, who owns and who may call them',
    `select format('%s.%s(%s) → %s, %s%s, %s: %s', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid),
       pg_get_function_result(p.oid),
       case p.provolatile when 'i' then 'immutable' when 's' then 'stable' else 'volatile' end,
       case when p.prosecdef then ' definer' else '' end, pg_get_userbyid(p.proowner),
       coalesce((select string_agg(case x.grantee when 0 then 'public' else pg_get_userbyid(x.grantee) end, ', '
           order by pg_get_userbyid(x.grantee))
         from aclexplode(p.proacl) x where x.grantee not in (p.proowner, 'lockstep_owner'::regrole)), 'nobody else')) as text
     from pg_proc p join pg_namespace n on n.oid = p.pronamespace
     where ${SCHEMAS} order by n.nspname, p.proname, 1`,
  ],
];

/** The whole text; `client` is connected as the owner, and its search_path is made empty. */
export async function dumpSchema(client: Pick<pg.Client, 'query'>): Promise<string> {
  const parts = ['-- Generated from the catalog by `npm run schema:dump`; a test compares. Do not edit.'];
  await client.query(`select set_config('search_path', '', false)`);
  for (const [title, query] of PARTS) {
    const { rows } = await client.query<{ text: string }>(query);
    parts.push(`\n-- ${title}\n`, rows.map((row) => row.text).join('\n'));
  }
  await client.query('reset search_path');
  return `${parts.join('\n').trimEnd()}\n`;
}

async function main(): Promise<void> {
  const dir = await mkdtemp(path.join(tmpdir(), 'lockstep-dump-'));
  const cluster = await startCluster({ dir, superPassword: 'dump', settings: { fsync: 'off' } });
  try {
    const admin = await adminClient(cluster.superUrl('postgres'));
    await createOwner(admin, OWNER_ROLE, 'lockstep');
    await admin.end();
    const url = (role: string): string => urlOf(role, role, cluster.port, 'lockstep');
    await apply(
      url(OWNER_ROLE),
      LOGIN_ROLES.map((role) => ({ role, url: url(role) })),
    );
    const owner = new pg.Client({ connectionString: url(OWNER_ROLE) });
    await owner.connect();
    await writeFile(path.join(import.meta.dirname, 'schema.sql'), await dumpSchema(owner));
    await owner.end();
  } finally {
    await cluster.stop();
    await rm(dir, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  main().catch((error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
}
