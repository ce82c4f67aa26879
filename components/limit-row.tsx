'use client';
import type { ReactNode } from 'react';
import { classWord, limitName, limitValue, scopeWord } from './limit-words.ts';
import { Row } from './rows.tsx';
import { Button } from './ui/button.tsx';
import { cx } from './ui/cx.ts';

interface Props {
  limit: { code: string; scope: string; assetClass: string | null; currency: string | null; value: string };
  register: readonly { code: string; unit: string }[];
  columns: string;
  /** Another layer's value holds in its place. */
  beaten?: boolean;
  /** Absent where it is not the viewer's to change. */
  onChange?: (() => void) | undefined;
  /** Where it counts and who set it. */
  children: ReactNode;
}

/** One limit of a list, in words. */
export function LimitRow({ limit, register, columns, beaten = false, onChange, children }: Props) {
  const { code, assetClass, currency } = limit;
  const unit = register.find((one) => one.code === code)?.unit ?? '';
  return (
    // on a phone the button has the right edge of the row to itself
    <Row columns={cx(columns, onChange && 'max-desk:pr-24')}>
      <span className="grow basis-full font-medium desk:basis-auto">
        {limitName(code)}
        {assetClass ? <span className="font-normal text-text-2"> · {classWord(assetClass)}</span> : null}
      </span>
      <span className="text-text-2">{scopeWord(limit.scope)}</span>
      <span className={cx('desk:text-right', beaten && 'text-text-3')}>
        {limitValue(limit.value, unit, currency)}
      </span>
      {children}
      <span className="max-desk:absolute max-desk:top-2 max-desk:right-3.5 desk:text-right">
        {onChange ? (
          <Button
            size="small"
            aria-label={`Change ${limitName(code)}${currency ? ` in ${currency}` : ''}`}
            onClick={onChange}
          >
            Change…
          </Button>
        ) : null}
      </span>
    </Row>
  );
}
