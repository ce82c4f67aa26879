import { readFileSync } from 'node:fs';
import { describe, expect, inject, it } from 'vitest';
import { readTables } from '#prisma/apply.ts';
import { dumpSchema } from '#prisma/dump.ts';
import { tenantColumn, webReaders } from '#prisma/grants.ts';
import { rowsOf, useDatabase } from '#prisma/tests/harness.ts';
import {
  GROUND_TABLES,
  HARMLESS_COLUMNS,
  roleOf,
  SEALED_TABLES,
  SECRET_COLUMNS,
  SECRET_NAME,
  STAGE_ROLES,
  STAGES,
  WORKER_SEALED_READS,
  writerOf,
} from '#prisma/writers.ts';

const LOGINS = ['lockstep_web', 'lockstep_worker', 'lockstep_paper'] as const;
const WEB_ROLES = ['lockstep_web', 'lockstep_web_admin', 'lockstep_web_researcher'];
const OUTSIDERS = [...LOGINS, 'lockstep_web_admin', 'lockstep_web_researcher', 'lockstep_stage', 'public'];

const db = useDatabase();

const stageTables = async () =>
  (await readTables(db.owner)).filter(
    (table) => !table.isPartition && !(GROUND_TABLES as readonly string[]).includes(table.name),
  );

describe('the schema', () => {
  it('is made of files that all apply', () => {
    expect(inject('testServer').broken).toEqual([]);
  });

  it('is the one that prisma/schema.sql shows (npm run schema:dump)', async () => {
    const client = await db.owner.connect();
    try {
      const dumped = (await dumpSchema(client)).split('\n');
      const file = readFileSync('prisma/schema.sql', 'utf8').split('\n');
      const known = new Set(file);
      const present = new Set(dumped);
      expect({
        missingInFile: dumped.filter((line) => !known.has(line)),
        onlyInFile: file.filter((line) => !present.has(line)),
      }).toEqual({ missingInFile: [], onlyInFile: [] });
    } finally {
      client.release();
    }
  });

  it('was applied by an owner who is no superuser', async () => {
    const [owner] = await rowsOf(
      db.owner,
      'select rolsuper, rolbypassrls, rolcreaterole from pg_roles where rolname = current_user',
    );
    expect(owner).toEqual({ rolsuper: false, rolbypassrls: false, rolcreaterole: true });
  });
});

describe('the single-writer map', () => {
  it('names every table once, and its roles exist', async () => {
    const names = Object.values(STAGES).flat();
    expect(new Set(names).size).toBe(names.length);
    for (const table of await stageTables()) expect(writerOf(table.name), table.name).not.toBeNull();
    const roles = await rowsOf(
      db.owner,
      `select rolname from pg_roles where rolname = any ($1) and not rolcanlogin`,
      [[...STAGE_ROLES]],
    );
    expect(roles.map((row) => row.rolname).sort()).toEqual([...STAGE_ROLES].sort());
  });

  it('is what PostgreSQL grants: each table is written by its stage alone', async () => {
    const granted = await rowsOf<{ name: string; role: string; verb: string }>(
      db.owner,
      `select c.relname as name, r.rolname as role, v.verb
       from pg_class c, pg_roles r, unnest(array['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) v (verb)
       where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v') and r.rolname like 'lockstep\\_%'
         and r.oid <> c.relowner and has_table_privilege(r.oid, c.oid, v.verb)`,
    );
    const wanted = (await stageTables()).flatMap((table) =>
      ['INSERT', 'UPDATE', 'DELETE'].map(
        (verb) => `${roleOf(writerOf(table.name) ?? 'events')} ${verb} ${table.name}`,
      ),
    );
    expect(granted.map((g) => `${g.role} ${g.verb} ${g.name}`).sort()).toEqual(wanted.sort());
  });

  it('leaves no column to be written by a stranger', async () => {
    const columns = await rowsOf(
      db.owner,
      `select c.relname, a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid
       cross join lateral aclexplode(a.attacl) x
       where c.relnamespace = 'public'::regnamespace and x.privilege_type <> 'SELECT'`,
    );
    expect(columns).toEqual([]);
  });

  it.each(LOGINS)('makes every direct write of %s fail', async (login) => {
    const pool = db.pool(login, 1);
    const succeeded: string[] = [];
    for (const { name, columns } of await stageTables()) {
      const column = columns.at(-1);
      for (const statement of [
        `insert into public.${name} default values`,
        `update public.${name} set ${column} = ${column} where false`,
        `delete from public.${name} where false`,
        `truncate public.${name}`,
      ]) {
        const code = await pool.query(statement).then(
          () => 'done',
          (error) => error.code as string,
        );
        if (code !== '42501') succeeded.push(`${code}: ${statement}`);
      }
    }
    expect(succeeded).toEqual([]);
  });

  it('lets no log-in take the role of a stage', async () => {
    for (const login of LOGINS) {
      const pool = db.pool(login, 1);
      for (const role of STAGE_ROLES) {
        await expect(pool.query(`set role ${role}`), `${login} as ${role}`).rejects.toMatchObject({
          code: '42501',
        });
      }
    }
  });
});

describe('what may be read', () => {
  it('is granted by the map: sealed tables and secret columns to nobody outside', async () => {
    const readable = await rowsOf<{ name: string; column: string; role: string }>(
      db.owner,
      `select c.relname as name, a.attname as column, r.rolname as role
       from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped, pg_roles r
       where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
         and r.rolname = any ($1) and has_column_privilege(r.oid, c.oid, a.attnum, 'SELECT')`,
      [['lockstep_worker', ...WEB_ROLES]],
    );
    const wanted = (await stageTables()).flatMap((table) => {
      const isSealed = (SEALED_TABLES as readonly string[]).includes(table.name);
      const readers = isSealed
        ? WORKER_SEALED_READS.includes(table.name)
          ? ['lockstep_worker']
          : []
        : ['lockstep_worker', ...webReaders(table)];
      const secret = SECRET_COLUMNS[table.name] ?? [];
      return readers.flatMap((role) =>
        table.columns
          .filter((column) => role === 'lockstep_worker' || !secret.includes(column))
          .map((column) => `${role} ${table.name}.${column}`),
      );
    });
    const ground = new Set<string>(GROUND_TABLES);
    const actual = readable.filter((r) => !ground.has(r.name)).map((r) => `${r.role} ${r.name}.${r.column}`);
    expect(actual.sort()).toEqual(wanted.sort());
  });

  it('holds no column that looks like a secret and is not on the list', async () => {
    const unlisted = (await stageTables())
      .filter((table) => !(SEALED_TABLES as readonly string[]).includes(table.name))
      .flatMap((table) => table.columns.map((column) => ({ table: table.name, column })))
      .filter(({ column }) => SECRET_NAME.test(column))
      .filter(({ table, column }) => !SECRET_COLUMNS[table]?.includes(column))
      .map(({ table, column }) => `${table}.${column}`)
      .filter((name) => !(name in HARMLESS_COLUMNS));
    expect(unlisted).toEqual([]);
  });

  it('is bounded by forced row-level security on every table with rows of a user', async () => {
    const personal = (await readTables(db.owner)).filter((table) => tenantColumn(table) !== null);
    expect(personal.length).toBeGreaterThan(30);
    const policies = await rowsOf<{ name: string; forced: boolean; policies: string[] }>(
      db.owner,
      `select c.relname as name, c.relrowsecurity and c.relforcerowsecurity as forced,
         array(select format('%s %s %s', p.polname, p.polcmd, pg_get_expr(p.polqual, p.polrelid)) from pg_policy p
               where p.polrelid = c.oid order by 1) as policies
       from pg_class c where c.relnamespace = 'public'::regnamespace and c.relname = any ($1)`,
      [personal.map((table) => table.name)],
    );
    for (const table of personal) {
      const found = policies.find((row) => row.name === table.name);
      expect(found, table.name).toMatchObject({
        forced: true,
        policies: [
          'admin_reads r true',
          `own_rows r (${tenantColumn(table)} = ( SELECT fn.actor() AS actor))`,
          'system_rows * true',
        ],
      });
    }
  });

  it('shows lockstep_web nothing of anybody without an actor, and views run as their reader', async () => {
    const views = await rowsOf(
      db.owner,
      `select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.relkind = 'v' and n.nspname in ('public', 'fn', 'paper')
         and not coalesce(c.reloptions @> array['security_invoker=true'], false)`,
    );
    expect(views).toEqual([]);
    const [members] = await rowsOf(
      db.owner,
      `select count(*)::int as n, bool_or(m.inherit_option) as inherits, bool_and(m.set_option) as takes
       from pg_auth_members m where m.member = 'lockstep_web'::regrole
         and m.roleid in ('lockstep_web_admin'::regrole, 'lockstep_web_researcher'::regrole)`,
    );
    expect(members).toEqual({ n: 2, inherits: false, takes: true });
  });
});

describe('functions', () => {
  it('are executable by nobody in general', async () => {
    const open = await rowsOf(
      db.owner,
      `select p.oid::regprocedure::text as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
       where n.nspname in ('fn', 'public', 'paper')
         and (p.proacl is null or exists (select from aclexplode(p.proacl) x where x.grantee = 0))`,
    );
    expect(open).toEqual([]);
  });

  it('that run as their owner have an empty search path and belong to a stage', async () => {
    const wrong = await rowsOf(
      db.owner,
      `select p.oid::regprocedure::text as name, pg_get_userbyid(p.proowner) as owner, p.proconfig as config
       from pg_proc p where p.pronamespace = 'fn'::regnamespace and p.prosecdef
         and (not coalesce(p.proconfig @> array['search_path=""'], false) or pg_get_userbyid(p.proowner) <> all ($1))`,
      [[...STAGE_ROLES]],
    );
    expect(wrong).toEqual([]);
  });

  it('that do not are free of settings, so that they can be inlined', async () => {
    const set = await rowsOf(
      db.owner,
      `select p.oid::regprocedure::text as name from pg_proc p
       where p.pronamespace = 'fn'::regnamespace and not p.prosecdef and p.proconfig is not null`,
    );
    expect(set).toEqual([]);
  });

  it('are not open to any role that is unknown to the map', async () => {
    const grantees = await rowsOf<{ grantee: string }>(
      db.owner,
      `select distinct pg_get_userbyid(x.grantee) as grantee from pg_proc p cross join lateral aclexplode(p.proacl) x
       where p.pronamespace = 'fn'::regnamespace and x.grantee <> 0`,
    );
    const known = new Set<string>([...OUTSIDERS, ...STAGE_ROLES, 'lockstep_owner']);
    expect(grantees.map((row) => row.grantee).filter((role) => !known.has(role))).toEqual([]);
  });
});
