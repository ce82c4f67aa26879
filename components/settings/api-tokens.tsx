'use client';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAct } from '../act.ts';
import { useTRPC } from '../api.ts';
import { Failed } from '../states.tsx';
import { Time } from '../time.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { CopyText } from '../ui/copy-text.tsx';
import { Problem } from '../ui/problem.tsx';
import { NewApiToken } from './new-api-token.tsx';
import { scopeName } from './scopes.ts';

/** Tokens for machines, each with what it may do. */
export function ApiTokens() {
  const trpc = useTRPC();
  const query = useQuery(trpc.apiTokens.list.queryOptions());
  const [open, setOpen] = useState(false);
  const [made, setMade] = useState<string | null>(null);
  const revoke = useAct(trpc.apiTokens.revoke.mutationOptions());
  if (query.isError && !query.data) {
    return (
      <Failed
        what="Your API tokens could not be loaded"
        stillTrue="They go on until they end."
        retry={() => void query.refetch()}
      />
    );
  }
  const tokens = (query.data ?? []).filter((token) => token.revokedAt === null);
  return (
    <Card
      title="API tokens"
      aside={
        <Button className="h-7! px-2! text-xs" onClick={() => setOpen(true)}>
          New token…
        </Button>
      }
    >
      {made ? (
        <div role="status" className="m-3.5 grid gap-2 rounded-lg border border-accent bg-accent-soft p-3">
          <p>
            <b>The token.</b> It is shown now and never again. It goes into the header Authorization, after
            Bearer.
          </p>
          <CopyText text={made} what="the token" />
          <Button className="justify-self-start" onClick={() => setMade(null)}>
            I have it
          </Button>
        </div>
      ) : null}
      {query.data && tokens.length === 0 ? (
        <p className="p-3.5 text-text-2">
          None. A token lets a program read your positions or send signals without your password.
        </p>
      ) : null}
      <ul aria-label="API tokens">
        {tokens.map((token) => (
          <li
            key={token.id}
            className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-3.5 py-2.5 last:border-0"
          >
            <span className="min-w-0 grow">
              <b className="font-medium">{token.name}</b>{' '}
              {token.live ? null : <Badge tone="warn">run out</Badge>}
              <span className="block text-text-2">
                {token.scopes.map(scopeName).join(', ')} ·{' '}
                {token.lastUsedAt ? (
                  <>
                    used <Time at={token.lastUsedAt} />
                  </>
                ) : (
                  'never used'
                )}
                {token.expiresAt ? (
                  <>
                    {' '}
                    · until <Time at={token.expiresAt} />
                  </>
                ) : (
                  ' · without an end'
                )}
              </span>
            </span>
            <Button
              look="danger"
              aria-label={`End the token ${token.name}`}
              disabled={revoke.busy}
              onClick={() => void revoke.run({ id: token.id })}
            >
              End
            </Button>
          </li>
        ))}
      </ul>
      <Problem text={revoke.problem} />
      {open ? <NewApiToken onMade={setMade} onClose={() => setOpen(false)} /> : null}
    </Card>
  );
}
