import { describe, expect, it } from 'vitest';
import { restingOrders } from './resting-orders.ts';

describe('resting paper orders', () => {
  it('are asked for once a pass, for all symbols together', async () => {
    let time = 0;
    let asked = 0;
    const waits = restingOrders(
      {
        waitingInstruments: async () => {
          asked += 1;
          return new Set(asked === 1 ? ['BTC'] : ['ETH']);
        },
      },
      () => time,
    );
    expect(await Promise.all([waits('BTC'), waits('ETH'), waits('SPY')])).toEqual([true, false, false]);
    expect(asked).toBe(1);
    time = 250;
    expect(await Promise.all([waits('BTC'), waits('ETH')])).toEqual([false, true]);
    expect(asked).toBe(2);
  });

  it('are asked for again after a question that failed', async () => {
    let time = 0;
    let asked = 0;
    const waits = restingOrders(
      {
        waitingInstruments: async () => {
          asked += 1;
          if (asked === 1) throw new Error('no connection');
          return new Set(['BTC']);
        },
      },
      () => time,
    );
    await expect(waits('BTC')).rejects.toThrow('no connection');
    time = 250;
    expect(await waits('BTC')).toBe(true);
  });
});
