/**
 * Scenarios that read like a ledger: one act or one look per line, and after `=>` what it must come to.
 *
 * Entry point: playLedger. Acts: `alert ACTION key=value…` (or `alert again`), `tick LAST [BID ASK]`, `wait SECONDSs`,
 * each answering with what it led to: the webhook's answer, or the exits raised. Looks: `trades` and `orders` (without figures:
 * `fates`, `sent`) and `intents`, the newest row of each account in their order. `·` is nothing. Invariant: the whole text is played before it is
 * compared, so that a failure shows all lines side by side.
 */
import { expect } from 'vitest';
import { rowsOf } from '#prisma/tests/harness.ts';
import type { Account, Instrument, Pipeline, Source } from '#prisma/tests/pipeline-world.ts';

export interface Cast {
  source: Source;
  instrument: Instrument;
  accounts: readonly Account[];
}

type Acted = (words: string[]) => Promise<string>;

const NOTHING = '·';

/** Newest rows of each account on the instrument: [row as a text], in the order of the accounts. */
const LOOKS: Readonly<Record<string, string>> = {
  trades: `
    select distinct on (t.user_broker_id) t.user_broker_id as account, concat_ws(' ', t.direction, t.status,
      case when t.status = 'CLOSED' then t.exit_reason || ' ' || to_char(round(t.realized_pnl, 2), 'FMSG999990.00')
        else trim_scale(t.open_qty)::text end) as text
    from public.trades t where t.instrument_id = $1 order by t.user_broker_id, t.created_at desc, t.id desc`,
  fates: `
    select distinct on (t.user_broker_id) t.user_broker_id as account, concat_ws(' ', t.direction, t.status, t.exit_reason) as text
    from public.trades t where t.instrument_id = $1 order by t.user_broker_id, t.created_at desc, t.id desc`,
  sent: `
    select distinct on (o.user_broker_id) o.user_broker_id as account, concat_ws(' ', o.side, o.order_type, o.status) as text
    from public.orders o where o.instrument_id = $1 order by o.user_broker_id, o.created_at desc, o.id desc`,
  orders: `
    select distinct on (o.user_broker_id) o.user_broker_id as account, concat_ws(' ', o.side, o.order_type, o.status,
      trim_scale(o.filled_qty) || '/' || trim_scale(o.qty)) as text
    from public.orders o where o.instrument_id = $1 order by o.user_broker_id, o.created_at desc, o.id desc`,
  intents: `
    select distinct on (i.user_broker_id) i.user_broker_id as account, concat_ws(' ', i.trade_type, i.status,
      coalesce(i.reason_code, trim_scale(i.qty)::text)) as text
    from public.trade_intents i where i.instrument_id = $1 order by i.user_broker_id, i.created_at desc, i.id desc`,
};

const EXITS = `
  select s.exit_reason as reason, count(*)::int as n from public.exit_signals s
  where s.instrument_id = $1 and s.id <> all ($2::uuid[]) group by 1 order by 1`;

/** Plays the text against the pipeline and compares every line with what it says. */
export async function playLedger(p: Pipeline, cast: Cast, text: string): Promise<void> {
  let body: Record<string, string> = {};
  const { instrument } = cast;
  const seen = new Set<string>();

  const news = async (): Promise<string> => {
    const rows = await rowsOf<{ reason: string; n: number }>(p.db.owner, EXITS, [instrument.id, [...seen]]);
    const all = await rowsOf<{ id: string }>(
      p.db.owner,
      'select id from public.exit_signals where instrument_id = $1',
      [instrument.id],
    );
    for (const { id } of all) seen.add(id);
    return rows.map(({ reason, n }) => (n > 1 ? `${n} × ${reason}` : reason)).join(', ') || NOTHING;
  };

  await news(); // what was raised before is not this text's

  const acts: Readonly<Record<string, Acted>> = {
    alert: async ([action = '', ...fields]) => {
      if (action !== 'again') {
        const values = fields.map((field) => field.split('=') as [string, string]);
        body = { symbol: instrument.symbol, action, ...Object.fromEntries(values) };
      }
      const reply = await p.alert(cast.source.token, body);
      await p.settle();
      const raised = await news();
      return [reply.body.code ?? reply.body.status, ...(raised === NOTHING ? [] : [raised])].join(', ');
    },
    tick: async ([last = '', bid, ask]) => {
      await p.tick(instrument, last, { ...(bid ? { bid } : {}), ...(ask ? { ask } : {}) });
      return news();
    },
    wait: async ([time = '']) => {
      await p.later(Number.parseFloat(time) * 1000);
      return news();
    },
  };

  const look = async (statement: string): Promise<string> => {
    const rows = await rowsOf<{ account: string; text: string }>(p.db.owner, statement, [instrument.id]);
    const texts = cast.accounts.map(({ id }) => rows.find((row) => row.account === id)?.text ?? NOTHING);
    return new Set(texts).size === 1 && texts.length > 1 ? `each ${texts[0]}` : texts.join(' | ');
  };

  const wanted = text
    .split('\n')
    .map((line) => line.trim().replace(/\s+/g, ' '))
    .filter((line) => line !== '');
  const played: string[] = [];
  for (const line of wanted) {
    const [act = ''] = line.split(' => ');
    const [verb = '', ...words] = act.trim().split(' ');
    const statement = LOOKS[verb];
    const does = acts[verb];
    if (statement === undefined && does === undefined) throw new Error(`no such line in a ledger: ${line}`);
    const came = statement === undefined ? await does?.(words) : await look(statement);
    played.push(`${act.trim()} => ${came}`);
  }
  expect(played.join('\n')).toBe(wanted.join('\n'));
}
