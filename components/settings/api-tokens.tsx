'use client';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAct } from '../act.ts';
import { useTRPC } from '../api.ts';
import type { Outputs } from '../outputs.ts';
import { Failed } from '../states.tsx';
import { Time } from '../time.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Item } from '../ui/item.tsx';
import { Problem } from '../ui/problem.tsx';
import { Bar } from '../ui/shape.tsx';
import { ShownOnce } from '../ui/shown-once.tsx';
import { NewApiToken } from './new-api-token.tsx';
import { scopeName } from './scopes.ts';

type Token = Outputs['apiTokens']['list'][number];

/** Tokens for machines, each with what it may do. */
export function ApiTokens() {
  const trpc = useTRPC();
  const query = useQuery(trpc.apiTokens.list.queryOptions());
  const [open, setOpen] = useState(false);
  const [made, setMade] = useState<string | null>(null);
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
        <Button size="small" onClick={() => setOpen(true)}>
          New token…
        </Button>
      }
    >
      {made ? (
        <ShownOnce
          className="m-3.5"
          title="The token."
          what="the token"
          text={made}
          onGone={() => setMade(null)}
        >
          It is shown now and never again. It goes into the header Authorization, after Bearer.
        </ShownOnce>
      ) : null}
      {query.data ? null : <Bar className="m-3.5 h-10" />}
      {query.data && tokens.length === 0 ? (
        <p className="p-3.5 text-text-2">
          None. A token lets a program read your positions or send signals without your password.
        </p>
      ) : null}
      <ul aria-label="API tokens">
        {tokens.map((token) => (
          <ApiToken key={token.id} token={token} />
        ))}
      </ul>
      {open ? <NewApiToken onMade={setMade} onClose={() => setOpen(false)} /> : null}
    </Card>
  );
}

function ApiToken({ token }: { token: Token }) {
  const trpc = useTRPC();
  const revoke = useAct(trpc.apiTokens.revoke.mutationOptions());
  return (
    <Item
      name={token.name}
      badge={token.live ? null : <Badge tone="warn">run out</Badge>}
      about={
        <>
          {token.scopes.map(scopeName).join(', ')} ·{' '}
          {token.lastUsedAt ? (
            <>
              used <Time at={token.lastUsedAt} />
            </>
          ) : (
            'never used'
          )}{' '}
          ·{' '}
          {token.expiresAt ? (
            <>
              until <Time at={token.expiresAt} />
            </>
          ) : (
            'without an end'
          )}
          <Problem text={revoke.problem} />
        </>
      }
    >
      <Button
        look="danger"
        aria-label={`End the token ${token.name}`}
        disabled={revoke.busy}
        onClick={() => void revoke.run({ id: token.id })}
      >
        End
      </Button>
    </Item>
  );
}
