'use client';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { PublicPlace } from '../../app/public-url.ts';
import { useAct } from '../act.ts';
import { useTRPC } from '../api.ts';
import { Empty, Failed } from '../states.tsx';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { textOf } from '../ui/form.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { ListShape } from '../ui/shape.tsx';
import { MessageBuilder } from './message-builder.tsx';
import { PublicNote } from './public-note.tsx';
import { SourceCard } from './source-card.tsx';
import type { OwnStrategy } from './strategy-fields.tsx';
import { TestAlert } from './test-alert.tsx';

/** The strategy's addresses, the message that goes there, and a way to try both. */
export function Webhooks({ strategy, place }: { strategy: OwnStrategy; place: PublicPlace }) {
  const trpc = useTRPC();
  const query = useQuery(trpc.sources.list.queryOptions({ strategyId: strategy.id }));
  // addresses that were made while this page is open: nobody can show them again
  const [shown, setShown] = useState<Record<string, string>>({});
  const show = (id: string, path: string) =>
    setShown((before) => ({ ...before, [id]: `${place.url}${path}` }));
  const hide = (id: string) => setShown(({ [id]: _, ...rest }) => rest);
  if (query.isError && !query.data) {
    return (
      <Failed
        what="The webhooks could not be loaded"
        stillTrue="Alerts are taken all the same."
        retry={() => void query.refetch()}
      />
    );
  }
  if (!query.data) return <ListShape rows={4} label="Loading webhooks" />;
  const sources = query.data;
  const first = sources.find((source) => source.status === 'ACTIVE') ?? sources[0];
  return (
    <>
      <PublicNote place={place} />
      {first ? (
        <div className="grid items-start gap-4 desk:grid-cols-2">
          <div className="grid gap-4">
            {sources.map((source) => (
              <SourceCard
                key={source.id}
                source={source}
                address={shown[source.id]}
                onAddress={(path) => show(source.id, path)}
                onHide={() => hide(source.id)}
              />
            ))}
            <div>
              <NewWebhook strategyId={strategy.id} onMade={show} />
            </div>
          </div>
          <MessageBuilder key={String(first.hasSecret)} hasSecret={first.hasSecret} />
          <div className="desk:col-span-2">
            <TestAlert sources={sources} followers={strategy.followers} />
          </div>
        </div>
      ) : (
        <Empty title="No webhook yet" action={<NewWebhook strategyId={strategy.id} onMade={show} />}>
          A webhook is the address that TradingView sends this strategy’s alerts to. The address itself is the
          key: it is shown once, when it is made.
        </Empty>
      )}
    </>
  );
}

/** Makes a webhook; its address comes back once. */
export function NewWebhook(props: { strategyId: string; onMade: (id: string, path: string) => void }) {
  const trpc = useTRPC();
  const [open, setOpen] = useState(false);
  const create = useAct(trpc.sources.create.mutationOptions(), (made) => {
    setOpen(false);
    props.onMade(made.id, made.path);
  });
  return (
    <>
      <Button look="primary" onClick={() => setOpen(true)}>
        New webhook
      </Button>
      {open ? (
        <FormDialog
          title="New webhook"
          description="It gets an address of its own. One per sender is a good habit: each can be disabled alone."
          act="Make the webhook"
          doing={create}
          onClose={() => setOpen(false)}
          onSubmit={(form) => void create.run({ strategyId: props.strategyId, name: textOf(form, 'name') })}
        >
          <Field label="Name" name="name" required maxLength={80} defaultValue="TradingView" autoFocus />
        </FormDialog>
      ) : null}
    </>
  );
}
