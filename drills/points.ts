/**
 * Fault points in the drill's database: a trigger that holds whoever makes one exact row change, until the drill has
 * done to its process what it wants. Nothing of it is in the product.
 *
 * Entry points: holdAt, failAtRandom. Invariants: the trigger waits for an advisory lock that the drill holds, so the
 * held transaction is in the middle of the change; disarmed, nothing of it is left behind.
 */
import type pg from 'pg';
import { waitUntil } from '#scripts/processes.ts';
import { one, type Pool } from '#server/db.ts';

export interface Point {
  table: string;
  on: 'insert' | 'update';
  /** Condition on old and new; none: every row. */
  when?: string;
}

export interface Held {
  /** Name of the process (its application_name) that is held in the middle of the change. */
  process: string;
  /** Lets the held statement go on although its client may be gone. */
  finish: () => Promise<void>;
  /** Ends the held backend: the change never happened. */
  abort: () => Promise<void>;
}

const KEY = 4_242_001;
const HELD_WITHIN_MS = 45_000;

const PREPARE = `
  create schema if not exists drill;
  create or replace function drill.hold() returns trigger language plpgsql security definer as $$
  begin
    perform pg_advisory_xact_lock_shared(${KEY});
    return new;
  end $$;
  grant usage on schema drill to public`;

/** Arms a point, does what leads there, and resolves with whoever was held first. */
export async function holdAt(admin: Pool, point: Point, lead: () => Promise<unknown>): Promise<Held> {
  await admin.query(PREPARE);
  const holder = await admin.connect();
  await holder.query(`select pg_advisory_lock(${KEY})`);
  const when = point.when === undefined ? '' : `when (${point.when})`;
  await holder.query(
    `create or replace trigger drill_hold before ${point.on} on ${point.table} for each row ${when} execute function drill.hold()`,
  );
  void lead().catch(() => undefined);
  let held: { pid: number; process: string } | undefined;
  const caught = await waitUntil(
    async () => {
      const { rows } = await admin.query<{ pid: number; process: string }>(
        `select a.pid, a.application_name as process from pg_locks l join pg_stat_activity a on a.pid = l.pid
         where l.locktype = 'advisory' and l.objid = ${KEY} and not l.granted order by a.query_start limit 1`,
      );
      held = rows[0];
      return held !== undefined;
    },
    HELD_WITHIN_MS,
    10,
  );
  const letGo = () => disarm(holder, point);
  if (!caught || held === undefined) {
    await letGo();
    throw new Error(`nobody came to ${point.on} ${point.table} ${point.when ?? ''}`);
  }
  const { pid, process } = held;
  return {
    process,
    finish: letGo,
    abort: async () => {
      await admin.query('select pg_terminate_backend($1)', [pid]);
      await letGo();
    },
  };
}

async function disarm(holder: pg.PoolClient, point: Point): Promise<void> {
  await holder.query(`select pg_advisory_unlock(${KEY})`);
  await holder.query(`drop trigger if exists drill_hold on ${point.table}`);
  holder.release();
}

/** Tables that the stages write, in which random errors strike. */
const STRUCK = [
  'signals',
  'signal_deliveries',
  'trade_intents',
  'trades',
  'orders',
  'order_events',
  'trade_fills',
  'positions',
  'exit_signals',
  'exit_intents',
] as const;

/**
 * Lets one transaction in four die by a deadlock and one in four by a serialisation failure, each at a statement of its
 * own, while it is armed. Returns how to disarm it, with how many were struck.
 */
export async function failAtRandom(admin: Pool): Promise<() => Promise<number>> {
  await admin.query(`
    create schema if not exists drill;
    grant usage on schema drill to public;
    create sequence if not exists drill.struck;
    create or replace function drill.fail() returns trigger language plpgsql security definer as $$
    declare v_chance int := abs(hashint8(pg_current_xact_id()::text::bigint)) % 8;
    begin
      if v_chance < 4 and abs(hashtext(tg_table_name || pg_current_xact_id()::text)) % 3 = 0 then
        perform nextval('drill.struck');
        if v_chance < 2 then raise exception using errcode = '40P01', message = 'drill: deadlock'; end if;
        raise exception using errcode = '40001', message = 'drill: serialisation failure';
      end if;
      return null;
    end $$`);
  for (const table of STRUCK) {
    await admin.query(
      `create or replace trigger drill_fail after insert or update on public.${table} for each statement execute function drill.fail()`,
    );
  }
  return async () => {
    for (const table of STRUCK) await admin.query(`drop trigger if exists drill_fail on public.${table}`);
    const { n } = await one<{ n: string }>(
      admin,
      `select case when is_called then last_value else 0 end as n from drill.struck`,
    );
    return Number(n);
  };
}
