/** Races between whole processes: the same alert over four web processes, and what two workers do to each other. */
import { setTimeout as delay } from 'node:timers/promises';
import { one } from '#server/db.ts';
import { type Drill, onStack } from '../drill.ts';

const SAME = 200;

const sameAlert = onStack(
  'same-alert',
  'the same alert 200 times at once over 4 web processes: one signal, one delivery, trade and order per account',
  { webs: 4, pages: false },
  async (stack) => {
    const [strategy] = stack.world.strategies;
    const body = {
      symbol: stack.world.instruments[0]?.symbol ?? '',
      action: 'buy',
      key: 'the same',
      timestamp: new Date().toISOString(),
    };
    const answers = await Promise.all(
      Array.from({ length: SAME }, () => stack.client.send(strategy?.token ?? '', body)),
    );
    await stack.settle();
    const ids = new Set(answers.map(({ signalId }) => signalId));
    const accepted = answers.filter(({ status }) => status === 'accepted').length;
    const row = await one<Record<string, number>>(
      stack.admin,
      `select (select count(*)::int from public.signals) as signals, (select count(*)::int from public.signal_deliveries) as deliveries,
         (select count(*)::int from public.trades) as trades, (select count(*)::int from paper.orders where side = 'BUY') as orders`,
    );
    const counts = Object.values(row).join(' ');
    if (ids.size !== 1 || accepted !== 1 || counts !== '1 3 3 3')
      throw new Error(`${accepted} accepted, ${ids.size} ids, rows ${counts}`);
    return `1 accepted, ${SAME - accepted} duplicates`;
  },
);

const disable = onStack(
  'disable-under-load',
  'an account disabled and another halted while their entries are on the way: nothing is sent after the commit, exits go on',
  { world: { strategies: 1, followers: 4, instruments: 30 } },
  async (stack) => {
    const [strategy] = stack.world.strategies;
    const token = strategy?.token ?? '';
    const [disabled, halted] = strategy?.accounts ?? [];
    const buying = stack.world.instruments.map(({ symbol }) =>
      stack.client.send(token, { symbol, action: 'buy' }),
    );
    await Promise.race(buying);
    await delay(60);
    await stack.admin.query(
      `begin; select from public.user_brokers where id = '${disabled}' for no key update;
       update public.user_brokers set status = 'DISABLED', disabled_at = clock_timestamp() where id = '${disabled}'; commit`,
    );
    await stack.admin.query(`select fn.switch_throw('ACCOUNT', $1, 'HALT', 'drill', null)`, [halted]);
    await Promise.all(buying);
    await stack.settle();
    await Promise.all(
      stack.world.instruments.map(({ symbol }) => stack.client.send(token, { symbol, action: 'exit' })),
    );
    await stack.settle();
    const row = await one<{ late: number; sent: number; open: number; stopped: number }>(
      stack.admin,
      `select (select count(*)::int from public.orders o left join public.user_brokers b on b.id = o.user_broker_id
           left join public.switches s on s.user_broker_id = o.user_broker_id
         where o.kind = 'ENTRY' and o.submitted_at is not null
           and (o.submitted_at > b.disabled_at or s.state = 'HALT' and o.submitted_at > s.set_at)) as late,
         (select count(*)::int from public.orders where kind = 'ENTRY' and submitted_at is not null) as sent,
         (select count(*)::int from public.trades where status in ('OPEN', 'EXITING')) as open,
         (select count(*)::int from public.trade_intents where status in ('REJECTED', 'FAILED')) as stopped`,
    );
    if (row.late > 0) throw new Error(`${row.late} entries were sent after the commit`);
    if (row.open > 0) throw new Error(`${row.open} trades stayed open`);
    if (row.stopped === 0) throw new Error('nothing was on its way when the account was disabled');
    return `${row.sent} entries sent, ${row.stopped} stopped, none late`;
  },
);

export const raceDrills: readonly Drill[] = [sameAlert, disable];
