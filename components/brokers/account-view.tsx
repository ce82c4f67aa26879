'use client';
import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '../api.ts';
import { Facts } from '../facts.tsx';
import { count, money, quantity } from '../format.ts';
import type { Outputs } from '../outputs.ts';
import { PlaceLink } from '../place-link.tsx';
import { Failed } from '../states.tsx';
import { Time } from '../time.tsx';
import { Badge } from '../ui/badge.tsx';
import { Card } from '../ui/card.tsx';
import { AccountActs } from './account-acts.tsx';
import { AccountLimits } from './account-limits.tsx';
import { AccountStrategies } from './account-strategies.tsx';
import { Discrepancies } from './discrepancies.tsx';
import { HoldList } from './hold-list.tsx';
import { type Account, brokerName, outcomeWord, stopOf } from './words.ts';

/** One account: what stops it, its money, its limits with who set them, and how it agrees with its broker. */
export function AccountView({ id, first }: { id: string; first: Outputs['accounts']['list'] }) {
  const trpc = useTRPC();
  const query = useQuery(
    trpc.accounts.list.queryOptions(undefined, { initialData: first, refetchInterval: 10_000 }),
  );
  const { data: markets = [] } = useQuery(trpc.instruments.markets.queryOptions());
  const account = query.data.find((one) => one.id === id);
  if (!account) return null;
  const stop = stopOf(account);
  return (
    <>
      <div>
        <PlaceLink href="/brokers" className="text-text-2 hover:underline">
          Brokers
        </PlaceLink>
        <h1 className="flex flex-wrap items-center gap-2 font-semibold text-[22px]">
          {account.name} <Badge tone={stop?.tone ?? 'accent'}>{stop?.word ?? 'Trading'}</Badge>
        </h1>
        <p className="text-text-2">
          {brokerName(account.broker)}
          {account.environment === 'LIVE' ? ' · real money' : ''}
          {stop ? ` · ${stop.why}` : ''}
        </p>
      </div>
      {query.isError ? (
        <Failed
          what="The account could not be asked for again"
          stillTrue="What shows is from before; it trades all the same."
          retry={() => void query.refetch()}
        />
      ) : null}
      <div className="grid items-start gap-4 desk:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
        <Card title="Account">
          <Facts facts={factsOf(account, markets)} />
          <AccountActs account={account} />
        </Card>
        <div className="grid gap-4">
          <Card title="Against the broker">
            <Facts
              facts={[
                ['State', outcomeWord(account.reconciliation.lastOutcome)],
                [
                  'Last compared',
                  account.reconciliation.lastRunAt ? (
                    <Time key="at" at={account.reconciliation.lastRunAt} />
                  ) : (
                    'not yet: entries wait for it'
                  ),
                ],
                ['Open differences', account.reconciliation.openDiscrepancies],
              ]}
            />
            <Discrepancies accountId={account.id} />
          </Card>
          <HoldList account={account} />
          <AccountStrategies accountId={account.id} />
        </div>
      </div>
      <AccountLimits account={account} />
    </>
  );
}

function factsOf(account: Account, markets: Outputs['instruments']['markets']) {
  const { capital, currency, fees, homeMarket, openTrades, createdAt } = account;
  const market = markets.find((one) => one.code === homeMarket)?.name;
  const some = (value: string, words: string) => (Number(value) === 0 ? [] : [words]);
  const feeWords = [
    ...some(fees.makerBps, `maker ${quantity(fees.makerBps)} bp`),
    ...some(fees.takerBps, `taker ${quantity(fees.takerBps)} bp`),
    ...some(fees.feePerShare, `${money(fees.feePerShare, currency)} a share`),
    ...some(fees.feePerContract, `${money(fees.feePerContract, currency)} a contract`),
    ...some(fees.feeMinimum, `at least ${money(fees.feeMinimum, currency)}`),
  ];
  return [
    ['Capital', money(capital, currency)],
    ['Fees', feeWords.length > 0 ? feeWords.join(', ') : 'none'],
    ['Its day', market ?? '–'],
    ['Open trades', openTrades === 0 ? 'none' : count(openTrades, 'trade')],
    ['Since', <Time key="since" at={createdAt} />],
  ] as const;
}
