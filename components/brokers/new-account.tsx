'use client';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAct } from '../act.ts';
import { useTRPC } from '../api.ts';
import { CURRENCIES } from '../currencies.ts';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { textOf } from '../ui/form.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { Select } from '../ui/select.tsx';
import { CapitalField, FeeFields, feesOf } from './account-fields.tsx';

/** Opens a paper account: a few questions, fees only for who wants them. */
export function NewAccount({ onMade }: { onMade: (id: string) => void }) {
  const trpc = useTRPC();
  const [open, setOpen] = useState(false);
  const { data: markets } = useQuery(trpc.instruments.markets.queryOptions(undefined, { enabled: open }));
  const create = useAct(trpc.accounts.create.mutationOptions(), ({ id }) => {
    setOpen(false);
    onMade(id);
  });
  const submit = (form: FormData) =>
    void create.run({
      name: textOf(form, 'name'),
      currency: textOf(form, 'currency'),
      homeMarket: textOf(form, 'homeMarket') || 'CRYPTO',
      capital: textOf(form, 'capital'),
      ...feesOf(form),
    });
  return (
    <>
      <Button look="primary" onClick={() => setOpen(true)}>
        New paper account
      </Button>
      {open ? (
        <FormDialog
          title="New paper account"
          description="It trades with play money at simulated or real prices, with latency, slippage and partial fills, through the same steps as a real one."
          act="Open the account"
          doing={create}
          onClose={() => setOpen(false)}
          onSubmit={submit}
        >
          <Field label="Name" name="name" required maxLength={80} autoFocus placeholder="Main" />
          <Select
            label="Currency"
            name="currency"
            choices={CURRENCIES.map((value) => ({ value, name: value }))}
            hint="It trades instruments of this currency only, and keeps it."
          />
          <CapitalField />
          <Select
            label="Its day"
            name="homeMarket"
            choices={(markets ?? []).map((market) => ({ value: market.code, name: market.name }))}
            defaultValue="CRYPTO"
            key={markets ? 'known' : 'asked'}
            hint="Daily limits begin anew with this market’s trading day."
          />
          <details>
            <summary className="cursor-pointer text-text-2">Fees: none unless you set them</summary>
            <div className="mt-3">
              <FeeFields />
            </div>
          </details>
        </FormDialog>
      ) : null}
    </>
  );
}
