import { readFileSync } from 'node:fs';
import { it } from 'vitest';
import { useDatabase } from '#prisma/tests/harness.ts';
import { paperVenue } from '#prisma/tests/paper-venue.ts';
import { conformanceCases } from '#server/broker/conformance.ts';
const db = useDatabase();
const files = ['book','match','settle','read'].map((n) => readFileSync(`prisma/sql/75_paper_${n}.sql`, 'utf8')).join('\n');
const muts: [string, string, string][] = [
  ['none', 'zzzz', ''],
  ['limit not bounded', 'least(p_limit, ceil(', 'greatest(p_limit, ceil('],
  ['stop at once', "p_last > p_order.stop_price) then", "p_last > p_order.stop_price and false) then"],
  ['no order news', ', (p_fill.account_id, p_fill.order_id, null, p_at)', ''],
  ['no cancel news', 'insert into paper.news (account_id, order_id, at) values (p_account, v_order.id, v_at);', ''],
  ['fee not paid', 'set cash = cash + v_flow - p_fill.fee', 'set cash = cash + v_flow + 1'],
  ['position doubled', 'set qty = v_old.qty + v_signed,', 'set qty = v_old.qty + v_signed * 2,'],
  ['since ignored fills', 'and (settled_at, id) > (p_since, p_after_id)', 'and id > p_after_id'],
  ['since ignored orders', 'and (updated_at, id) > (p_since, p_after_id)', 'and id > p_after_id'],
  ['unknown symbol ok', "if p_order.market is null then", 'if false then'],
  ['tick unchecked', "elsif v_price % p_order.tick_size <> 0 then", 'elsif false then'],
  ['cancel leaves live', "update paper.orders set status = 'CANCELLED', updated_at = v_at", "update paper.orders set updated_at = v_at"],
  ['cancel filled ok', "or v_order.matched_qty = v_order.qty then", 'and false then'],
  ['avg wrong', '(p_order.filled_value / p_order.filled_qty)', '(p_order.filled_value / p_order.qty * 1.1)'],
  ['fill id same', "'F' || p_order.id || '-' || (p_order.matches + 1)", "'F' || p_order.id || '-' || p_order.matches / 9"],
];
it('mutations', async () => {
  const run = async (sql: string) => { await db.owner.query(`begin; set local check_function_bodies = off; ${sql}; revoke execute on all functions in schema paper from public; grant execute on all functions in schema paper to lockstep_paper; commit`); };
  for (const [name, from, to] of muts) {
    if (name !== 'none' && !files.includes(from)) { console.log('!!! no match', name); continue; }
    await run(files.replace(from, to));
    const failed: number[] = [];
    for (const c of conformanceCases) {
      const v = await paperVenue(db);
      try { await c.run(v); } catch { failed.push(c.number); } finally { await v.dispose(); }
    }
    console.log(name, '->', failed.join(',') || 'SURVIVED');
  }
}, 300000);
