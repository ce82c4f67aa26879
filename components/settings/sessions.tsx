'use client';
import { useQuery } from '@tanstack/react-query';
import { useAct } from '../act.ts';
import { useTRPC } from '../api.ts';
import { Failed } from '../states.tsx';
import { Time } from '../time.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Item } from '../ui/item.tsx';
import { Problem } from '../ui/problem.tsx';
import { Bar } from '../ui/shape.tsx';
import { deviceOf } from './device.ts';

/** Where one is logged in; any of them can be ended, at once. */
export function Sessions() {
  const trpc = useTRPC();
  const query = useQuery(trpc.profile.sessions.queryOptions(undefined, { refetchInterval: 30_000 }));
  const end = useAct(trpc.profile.endSession.mutationOptions());
  const endOthers = useAct(trpc.profile.endOtherSessions.mutationOptions());
  if (query.isError && !query.data) {
    return (
      <Failed
        what="Your sessions could not be loaded"
        stillTrue="They go on until they end."
        retry={() => void query.refetch()}
      />
    );
  }
  if (!query.data) {
    return (
      <Card title="Sessions">
        <Bar className="m-3.5 h-10" />
      </Card>
    );
  }
  const sessions = query.data;
  const others = sessions.filter((session) => !session.current).length;
  return (
    <Card title="Sessions" aside={sessions.length}>
      <ul aria-label="Sessions">
        {sessions.map((session) => (
          <Item
            key={session.id}
            name={deviceOf(session.userAgent)}
            badge={session.current ? <Badge tone="accent">this one</Badge> : null}
            about={
              <>
                {session.address ?? 'address unknown'} · seen <Time at={session.lastSeenAt} /> · ends at the
                latest <Time at={session.expiresAt} />
              </>
            }
          >
            {session.current ? null : (
              <Button
                aria-label={`End the session of ${deviceOf(session.userAgent)}`}
                disabled={end.busy}
                onClick={() => void end.run({ id: session.id })}
              >
                End
              </Button>
            )}
          </Item>
        ))}
      </ul>
      <div className="grid gap-2 border-line border-t p-3.5">
        <Problem text={end.problem ?? endOthers.problem} />
        {others > 0 ? (
          <Button
            className="justify-self-start"
            disabled={endOthers.busy}
            onClick={() => void endOthers.run(undefined)}
          >
            End {others === 1 ? 'the other session' : `the ${others} other sessions`}
          </Button>
        ) : (
          <p className="text-text-2">You are logged in nowhere else.</p>
        )}
      </div>
    </Card>
  );
}
