import { describe, expect, it } from 'vitest';
import { useDatabase } from '#prisma/tests/harness.ts';
import { useSignals } from '#prisma/tests/signal-world.ts';

const db = useDatabase();
const { world, say, at, signalsOf, eventsOf } = useSignals(db);

describe('an entry is refused', () => {
  it.each([
    ['when it is older than max_lag', -301, 'STALE_SIGNAL'],
    ['when it is more than a minute in the future', 61, 'FUTURE_SIGNAL'],
  ])('%s, and the sentence names the field and {{timenow}}', async (_name, offset, code) => {
    const w = await world();
    const answer = await say(w, { action: 'buy', timestamp: at(offset) });
    expect(answer).toMatchObject({ outcome: 'REFUSED', http: 400, code, signalId: null });
    expect(answer.message).toMatch(/^Field "timestamp".*\{\{timenow\}\}/);
    expect(await signalsOf(w)).toEqual([]);
    const [event] = await eventsOf(w);
    expect(event).toMatchObject({ status: 'REFUSED', http_status: 400, reason: code });
  });

  it('but not at the very limits of age and future', async () => {
    const w = await world();
    expect((await say(w, { action: 'buy', timestamp: at(-300), key: 'a' })).outcome).toBe('ACCEPTED');
    expect((await say(w, { action: 'buy', timestamp: at(60), key: 'b' })).outcome).toBe('ACCEPTED');
  });

  it('by the stricter of its own max_lag and the setting', async () => {
    const w = await world({}, { max_lag_seconds: 30 });
    expect((await say(w, { action: 'buy', timestamp: at(-31), max_lag: 300 })).code).toBe('STALE_SIGNAL');
    expect((await say(w, { action: 'buy', timestamp: at(-11), max_lag: 10 })).code).toBe('STALE_SIGNAL');
    expect((await say(w, { action: 'buy', timestamp: at(-29) })).outcome).toBe('ACCEPTED');
  });

  it('not for its age when the time is the open of a bar that has just closed', async () => {
    const w = await world();
    await db.setClock('2026-03-03T15:00:02.000Z');
    expect(
      (await say(w, { action: 'buy', timestamp: '2026-03-03T14:00:00Z', timeframe: '60' })).outcome,
    ).toBe('ACCEPTED');
    expect((await say(w, { action: 'buy', timestamp: '2026-03-03T14:00:00Z' })).code).toBe('STALE_SIGNAL');
  });

  it('on delayed data, for an unknown symbol, and while the strategy is paused', async () => {
    const w = await world();
    expect((await say(w, { action: 'buy', symbol: `BATS_DLY:${w.symbol}` })).code).toBe('DELAYED_DATA');
    expect((await say(w, { action: 'buy', symbol: 'NOWHERE' })).code).toBe('UNKNOWN_SYMBOL');
    await db.owner.query(`update public.strategies set status = 'PAUSED' where id = $1`, [w.strategy.id]);
    expect((await say(w, { action: 'buy' })).code).toBe('STRATEGY_PAUSED');
    expect((await say(w, { action: 'exit' })).outcome).toBe('ACCEPTED');
  });

  it.each(['exit', 'cancel'])('when it is older than the newest %s', async (word) => {
    const w = await world();
    await say(w, { action: word, timestamp: at(-5) });
    const answer = await say(w, { action: 'buy', timestamp: at(-6) });
    expect(answer).toMatchObject({ code: 'OUT_OF_ORDER', http: 400 });
    expect((await say(w, { action: 'buy', timestamp: at(-5) })).outcome).toBe('ACCEPTED');
  });

  it('when it is older than the newest opposite entry, not than one of its own direction', async () => {
    const w = await world();
    await say(w, { action: 'sell', timestamp: at(-5) });
    expect((await say(w, { action: 'buy', timestamp: at(-6) })).code).toBe('OUT_OF_ORDER');
    expect((await say(w, { action: 'sell', timestamp: at(-6) })).outcome).toBe('ACCEPTED');
  });

  it('past the burst of its source, with the seconds to wait; exits still pass', async () => {
    const w = await world({}, { entries_per_minute: 60, entries_burst: 3 });
    const answers = [];
    for (let n = 0; n < 4; n += 1) answers.push(await say(w, { action: 'buy', key: `r${n}` }));
    expect(answers.map((answer) => answer.http)).toEqual([200, 200, 200, 503]);
    expect(answers[3]).toMatchObject({ code: 'RATE_LIMIT', retryAfter: 1 });
    expect((await say(w, { action: 'exit' })).outcome).toBe('ACCEPTED');
    expect((await say(w, { action: 'buy', key: 'r0' })).outcome).toBe('DUPLICATE');
    await db.advanceClock(1_000);
    expect((await say(w, { action: 'buy', key: 'r9' })).outcome).toBe('ACCEPTED');
  });

  it('within the re-arm time of its direction, with 200 and no signal', async () => {
    const w = await world({ entry_rearm_seconds: 60 });
    expect((await say(w, { action: 'buy', key: '1' })).outcome).toBe('ACCEPTED');
    await db.advanceClock(59_000);
    expect(await say(w, { action: 'buy', key: '2' })).toMatchObject({
      outcome: 'REARM',
      http: 200,
      signalId: null,
    });
    expect((await say(w, { action: 'sell', key: '3' })).outcome).toBe('ACCEPTED');
    expect((await say(w, { action: 'exit', key: '4' })).outcome).toBe('ACCEPTED');
    await db.advanceClock(2_000);
    expect((await say(w, { action: 'buy', key: '5' })).outcome).toBe('ACCEPTED');
  });
});
