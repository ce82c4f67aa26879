/**
 * Grants and row-level policies, generated from the single-writer map and the catalog.
 *
 * Entry points: baseGrants (before the functions are created), tableGrants and policies (after them).
 * Invariants: only a stage's role writes its tables; no log-in writes anything in `public`; every table with
 * a user's rows has row-level security, enabled and forced, with one plain comparison for the web (an OR in a
 * policy costs hundreds of times the time); an owner without superuser rights is bound by it too.
 */
import {
  GROUND_TABLES,
  REFERENCE_TABLES,
  roleOf,
  SEALED_TABLES,
  SECRET_COLUMNS,
  STAGE_NAMES,
  STAGE_ROLES,
  STAGES,
  WORKER_SEALED_READS,
  writerOf,
} from '#prisma/writers.ts';

export interface Table {
  name: string;
  columns: string[];
  isPartition: boolean;
}

const LOGINS = ['lockstep_web', 'lockstep_worker', 'lockstep_paper'];
/** What the paper broker reads beside its own book. */
const PAPER_READS = ['instruments', 'market_days', 'markets', 'quotes'];
const WEB_ROLES = ['lockstep_web', 'lockstep_web_admin', 'lockstep_web_researcher'];
const READERS = [...WEB_ROLES, 'lockstep_worker', 'lockstep_paper', 'lockstep_stage'];

const sealed = (table: string): boolean => (SEALED_TABLES as readonly string[]).includes(table);
const ground = (table: string): boolean => (GROUND_TABLES as readonly string[]).includes(table);

/** Whose column decides who may see a row, or null when the table has no rows of a user. */
export function tenantColumn(table: Table): string | null {
  if (table.name === 'users') return 'id';
  return table.columns.includes('user_id') ? 'user_id' : null;
}

/** Schemas, default privileges: what must stand before a stage's role creates its first function. */
export function baseGrants(): string[] {
  const everyone = [...READERS, ...STAGE_ROLES].join(', ');
  return [
    `grant usage on schema public, fn to ${everyone}`,
    `grant create on schema fn to ${STAGE_ROLES.join(', ')}`,
    'revoke create on schema public from public',
    'alter default privileges revoke execute on functions from public',
    ...STAGE_ROLES.flatMap((role) => [
      `set local role ${role}`,
      'alter default privileges revoke execute on functions from public',
      'reset role',
    ]),
  ];
}

/** Who reads and who writes which table; everything granted before is taken back first. */
export function tableGrants(tables: Table[]): string[] {
  const all = [...LOGINS, ...WEB_ROLES, 'lockstep_stage', ...STAGE_ROLES].join(', ');
  return [
    `revoke all on all tables in schema public from public, ${all}`,
    `revoke all on all sequences in schema public from public, ${all}`,
    'grant usage on all sequences in schema public to lockstep_stage',
    ...tables.flatMap((table) => grantsOf(table)),
  ];
}

function grantsOf(table: Table): string[] {
  const name = `public.${table.name}`;
  if (table.name === 'test_clock') return [`grant select on ${name} to ${READERS.join(', ')}`];
  if (table.name === 'schema_state') return [`grant select on ${name} to ${READERS.join(', ')}`];
  if (ground(table.name) || table.isPartition) return [];
  const writer = writerOf(table.name);
  if (!writer) throw new Error(`Table ${table.name} has no writer: name it in prisma/writers.ts.`);
  const grants = [`grant insert, update, delete on ${name} to ${roleOf(writer)}`];
  if (sealed(table.name)) {
    grants.push(`grant select on ${name} to ${roleOf(writer)}`);
    if (WORKER_SEALED_READS.includes(table.name)) grants.push(`grant select on ${name} to lockstep_worker`);
    return grants;
  }
  grants.push(`grant select on ${name} to lockstep_stage, lockstep_worker`);
  if (PAPER_READS.includes(table.name)) grants.push(`grant select on ${name} to lockstep_paper`);
  const web = webReaders(table);
  const secret = SECRET_COLUMNS[table.name];
  const what = secret ? `select (${table.columns.filter((c) => !secret.includes(c)).join(', ')})` : 'select';
  grants.push(`grant ${what} on ${name} to ${web.join(', ')}`);
  return grants;
}

/** A person reads his own rows and what is nobody's; a researcher no personal table; an admin everything. */
export function webReaders(table: Table): string[] {
  if (REFERENCE_TABLES.includes(table.name)) return WEB_ROLES;
  return tenantColumn(table) ? ['lockstep_web', 'lockstep_web_admin'] : ['lockstep_web_admin'];
}

/** Row-level security of every table with rows of a user. */
export function policies(tables: Table[]): string[] {
  return tables.flatMap((table) => {
    const column = tenantColumn(table);
    if (!column) return [];
    const name = `public.${table.name}`;
    return [
      `alter table ${name} enable row level security`,
      `alter table ${name} force row level security`,
      ...['own_rows', 'admin_reads', 'system_rows'].map((p) => `drop policy if exists ${p} on ${name}`),
      `create policy own_rows on ${name} for select to lockstep_web using (${column} = (select fn.actor()))`,
      `create policy admin_reads on ${name} for select to lockstep_web_admin using (true)`,
      `create policy system_rows on ${name} for all to lockstep_stage, lockstep_worker, current_user using (true) with check (true)`,
    ];
  });
}

/** Tables of the map that the database does not have (yet), for the register of what is to come. */
export function missingTables(tables: Table[]): string[] {
  const present = new Set(tables.map((table) => table.name));
  return STAGE_NAMES.flatMap((stage) => [...STAGES[stage]]).filter((name) => !present.has(name));
}
