/**
 * Writes the demo's rows: idempotent, each under the role of the stage that owns its table.
 *
 * Entry point: seedDemo. Invariants: what exists is left as it is (a person may have changed it); passwords and
 * webhook tokens are derived from the home's secret, so that every start can name them and none is stored.
 */
import pg from 'pg';
import { ACCOUNTS, EXIT_RULES, INSTRUMENTS, STRATEGIES, USERS } from '#prisma/demo.ts';
import { hashPassword, sha256 } from '#server/crypto.ts';

export interface DemoFacts {
  users: { email: string; password: string; role: string }[];
  webhooks: { strategy: string; token: string }[];
}

/** `derive` turns a purpose into a secret of 43 characters, the same one at every call. */
export async function seedDemo(ownerUrl: string, derive: (purpose: string) => string): Promise<DemoFacts> {
  const facts: DemoFacts = {
    users: USERS.map(({ email, role }) => ({
      email,
      role,
      password: derive(`password ${email}`).slice(0, 16),
    })),
    webhooks: STRATEGIES.map(({ name }) => ({ strategy: name, token: derive(`webhook ${name}`) })),
  };
  const client = new pg.Client({ connectionString: ownerUrl, application_name: 'lockstep-seed' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('begin');
    const users = await putUsers(client, facts);
    await client.query('set local role lockstep_config');
    await putMarket(client);
    const accounts = await putAccounts(client, users);
    const made = await putStrategies(client, users, facts);
    await putSubscriptions(client, users, accounts);
    await client.query('reset role');
    await putQuotes(client);
    for (const strategy of made) {
      await client.query(`select fn.exit_rules_put('STRATEGY', null, $1, $2, $3::jsonb, $2)`, [
        strategy.id,
        strategy.user_id,
        JSON.stringify(EXIT_RULES),
      ]);
    }
    await client.query('commit');
    return facts;
  } finally {
    await client.end();
  }
}

interface Owned {
  id: string;
  user_id: string;
}

async function putUsers(client: pg.Client, facts: DemoFacts): Promise<Map<string, string>> {
  for (const { email, name, role } of USERS) {
    const known = await client.query('select 1 from public.users where email = $1', [email]);
    if (known.rowCount) continue;
    const password = facts.users.find((user) => user.email === email)?.password ?? '';
    await client.query(`select fn.user_create($1, $2, $3, 'UTC', $4)`, [
      email,
      name,
      role,
      await hashPassword(password),
    ]);
  }
  const { rows } = await client.query<{ id: string; email: string }>('select id, email from public.users');
  return new Map(rows.map((row) => [row.email, row.id]));
}

async function putMarket(client: pg.Client): Promise<void> {
  await client.query(
    `insert into public.platform_settings (key, value) values ('demo_market', 'true') on conflict (key) do nothing`,
  );
  await client.query(
    `insert into public.instruments (symbol, market, asset_class, currency, tick_size, lot_size, simulated)
     select i.symbol, i.market, i.asset_class, i.currency, i.tick_size, i.lot_size, true
     from jsonb_to_recordset($1::jsonb) as i (symbol text, market text, asset_class text, currency text,
       tick_size numeric, lot_size numeric)
     order by i.symbol
     on conflict (symbol) do nothing`,
    [JSON.stringify(INSTRUMENTS)],
  );
}

async function putAccounts(client: pg.Client, users: Map<string, string>): Promise<Map<string, Owned>> {
  const accounts = new Map<string, Owned>();
  for (const { owner, name, capital } of ACCOUNTS) {
    const find = () =>
      client.query<Owned>('select id, user_id from public.user_brokers where user_id = $1 and name = $2', [
        users.get(owner),
        name,
      ]);
    if (!(await find()).rowCount) {
      await client.query('select fn.account_open($1, $2)', [
        users.get(owner),
        JSON.stringify({ name, capital, maker_bps: '1', taker_bps: '2' }),
      ]);
    }
    const { rows } = await find();
    if (rows[0]) accounts.set(`${owner}/${name}`, rows[0]);
  }
  return accounts;
}

/** Returns the strategies that were not there before. */
async function putStrategies(
  client: pg.Client,
  users: Map<string, string>,
  facts: DemoFacts,
): Promise<Owned[]> {
  const made: Owned[] = [];
  for (const { owner, name, visibility, sides } of STRATEGIES) {
    const { rows } = await client.query<Owned>(
      `insert into public.strategies (user_id, name, visibility, sides) values ($1, $2, $3, $4)
       on conflict on constraint one_strategy_per_name do nothing returning id, user_id`,
      [users.get(owner), name, visibility, sides],
    );
    const [strategy] = rows;
    if (!strategy) continue;
    made.push(strategy);
    const token = facts.webhooks.find((webhook) => webhook.strategy === name)?.token ?? '';
    await client.query(
      `with source as (
         insert into public.webhook_sources (strategy_id, user_id, name) values ($1, $2, 'TradingView') returning id, user_id
       )
       insert into public.webhook_tokens (source_id, user_id, token_hash) select id, user_id, $3 from source`,
      [strategy.id, strategy.user_id, sha256(token)],
    );
  }
  return made;
}

async function putSubscriptions(
  client: pg.Client,
  users: Map<string, string>,
  accounts: Map<string, Owned>,
): Promise<void> {
  for (const strategy of STRATEGIES) {
    for (const account of ACCOUNTS.filter((candidate) => strategy.followers.includes(candidate.owner))) {
      const target = accounts.get(`${account.owner}/${account.name}`);
      await client.query(
        `insert into public.subscriptions (user_id, user_broker_id, strategy_id, sizing_mode, sizing_value)
         select $1, $2, s.id, $5, $6 from public.strategies s where s.user_id = $3 and s.name = $4
         on conflict on constraint one_subscription_per_account do nothing`,
        [target?.user_id, target?.id, users.get(strategy.owner), strategy.name, account.sizing, account.size],
      );
    }
  }
}

async function putQuotes(client: pg.Client): Promise<void> {
  for (const { symbol, price } of INSTRUMENTS) {
    await client.query('select fn.quote_first(i.id, $2) from public.instruments i where i.symbol = $1', [
      symbol,
      price,
    ]);
  }
}
