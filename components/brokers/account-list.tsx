'use client';
import { useQuery } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useTRPC } from '../api.ts';
import { money } from '../format.ts';
import type { Outputs } from '../outputs.ts';
import { PlaceLink } from '../place-link.tsx';
import { Named, Row, Rows } from '../rows.tsx';
import { Empty, Failed } from '../states.tsx';
import { Time } from '../time.tsx';
import { Badge } from '../ui/badge.tsx';
import { NewAccount } from './new-account.tsx';
import { type Account, brokerName, outcomeWord, stopOf } from './words.ts';

const COLUMNS = 'desk:grid-cols-[minmax(0,1.3fr)_minmax(0,1.4fr)_130px_90px_90px_minmax(0,1.2fr)]';

/** One's accounts: what stops them, what they hold, whether they agree with their brokers. */
export function AccountList({ first }: { first: Outputs['accounts']['list'] }) {
  const trpc = useTRPC();
  const router = useRouter();
  const query = useQuery(
    trpc.accounts.list.queryOptions(undefined, { initialData: first, refetchInterval: 10_000 }),
  );
  return (
    <>
      <div className="flex flex-wrap items-center gap-3">
        <h1 className="grow font-semibold text-[22px]">Brokers</h1>
        <NewAccount onMade={(id) => router.push(`/brokers/${id}`)} />
      </div>
      {query.isError ? (
        <Failed
          what="Accounts could not be asked for again"
          stillTrue="What shows is from before; they trade all the same."
          retry={() => void query.refetch()}
        />
      ) : null}
      {query.data.length === 0 ? (
        <Empty title="No account yet">
          Open a paper account: it trades what its strategies say, with play money. Real brokers come later,
          behind the same steps.
        </Empty>
      ) : (
        <Rows
          label="My accounts"
          columns={COLUMNS}
          names={['Account', 'State', 'Capital', 'Strategies', 'Open', 'Against the broker']}
          right={[2, 3, 4]}
        >
          {query.data.map((account) => (
            <AccountRow key={account.id} account={account} />
          ))}
        </Rows>
      )}
    </>
  );
}

function AccountRow({ account }: { account: Account }) {
  const stop = stopOf(account);
  const { openDiscrepancies, lastRunAt, lastOutcome } = account.reconciliation;
  return (
    <Row columns={COLUMNS}>
      <span className="min-w-0 grow basis-full desk:basis-auto">
        <PlaceLink
          href={`/brokers/${account.id}`}
          className="font-semibold after:absolute after:inset-0 focus-visible:after:outline-2"
        >
          {account.name}
        </PlaceLink>
        <span className="block text-text-2">
          {brokerName(account.broker)}
          {account.environment === 'LIVE' ? ' · real money' : ''}
        </span>
      </span>
      <span className="min-w-0">
        <Badge tone={stop?.tone ?? 'accent'}>{stop?.word ?? 'Trading'}</Badge>
        {stop ? <span className="ml-1.5 text-text-2">{stop.why}</span> : null}
      </span>
      <Named name="Capital" className="desk:text-right">
        {money(account.capital, account.currency)}
      </Named>
      <Named name="Strategies" className="desk:text-right">
        {account.subscriptions === 0 ? <span className="text-warn">none</span> : account.subscriptions}
      </Named>
      <Named name="Open" className="desk:text-right">
        {account.openTrades}
      </Named>
      <span className={openDiscrepancies > 0 ? 'text-loss' : 'text-text-2'}>
        {openDiscrepancies > 0 ? `${openDiscrepancies} open differences` : outcomeWord(lastOutcome)}
        {lastRunAt ? (
          <>
            {' '}
            · <Time at={lastRunAt} />
          </>
        ) : null}
      </span>
    </Row>
  );
}
