'use client';
import { Pnl } from '../figure.tsx';
import { count, money } from '../format.ts';
import { PlaceLink } from '../place-link.tsx';
import { Badge } from '../ui/badge.tsx';
import { Card } from '../ui/card.tsx';
import { Meter } from './loss-meter.tsx';
import type { Today } from './today.tsx';

/** Each account's day: its result, what is open, and its loss limit. */
export function AccountsCard({ accounts }: { accounts: Today['accounts'] }) {
  return (
    <Card title="Accounts today">
      {accounts.length === 0 ? (
        <p className="px-3.5 py-6 text-text-2">
          No account yet.{' '}
          <PlaceLink href="/brokers" className="text-accent hover:underline">
            Open a paper account
          </PlaceLink>
          , and its day shows here: result, exposure, loss limit.
        </p>
      ) : null}
      <ul>
        {accounts.map((account) => (
          <li key={account.id} className="border-line border-b px-3.5 py-2.5 last:border-0">
            <div className="flex items-start justify-between gap-3">
              <span className="min-w-0">
                <b className="font-medium">{account.name}</b>{' '}
                <Badge>{account.environment === 'LIVE' ? 'Live' : 'Paper'}</Badge>
                {account.disabled ? <Badge tone="loss">disabled</Badge> : null}
                <span className="block text-text-2 text-xs">
                  {account.openCount > 0
                    ? `${count(account.openCount, 'position')} · ${money(account.exposure, account.currency)} exposure`
                    : 'nothing open'}
                  {account.stale.length > 0 ? ` · stale price: ${account.stale.join(', ')}` : ''}
                </span>
              </span>
              <Pnl value={account.pnl} currency={account.currency} stale={account.stale.length > 0} />
            </div>
            {account.lossLimit ? (
              <>
                <Meter account={account} label={`Used of the daily loss limit of ${account.name}`} />
                <span className="text-text-3 text-xs">
                  {account.lossLimit.hitAt ? 'daily loss limit reached: ' : 'daily loss limit '}
                  {money(account.lossLimit.amount, account.currency)} ({account.lossLimit.setBy})
                </span>
              </>
            ) : (
              <span className="text-text-3 text-xs">no daily loss limit</span>
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}
