/**
 * A process of its own that sends orders to the paper broker until it is killed: argv is the book's URL, the account,
 * the instrument's id and symbol. Prints the client order id of each accepted order, one to a line.
 */
import { PaperEngine } from '#server/broker/paper/engine.ts';
import { openPool } from '#server/db.ts';
import { Decimal } from '#server/money.ts';

const [url = '', account = '', instrumentId = '', symbol = ''] = process.argv.slice(2);
const pool = openPool({
  url,
  max: 4,
  name: 'paper-child',
  settings: { 'lockstep.test_clock': 'on' },
  onError: (error) => process.stderr.write(error.message),
});
const port = new PaperEngine({ pool }).port(account, async () => ({
  currency: 'USD',
  cash: new Decimal(1e9),
}));

async function sender(name: number): Promise<never> {
  for (let n = 1; ; n += 1) {
    const clientOrderId = `child-${name}-${n}`;
    const outcome = await port.place({
      clientOrderId,
      instrumentId,
      symbol,
      assetClass: 'CRYPTO',
      side: n % 2 === 0 ? 'SELL' : 'BUY',
      type: 'MARKET',
      timeInForce: 'GTC',
      qty: new Decimal(1),
    });
    if (outcome.kind !== 'accepted') throw new Error(JSON.stringify(outcome));
    process.stdout.write(`${clientOrderId}\n`);
  }
}

await Promise.all([1, 2, 3, 4].map(sender));
