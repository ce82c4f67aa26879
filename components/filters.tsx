'use client';
import { usePathname, useRouter, useSearchParams } from 'next/navigation';
import { Tabs } from './ui/tabs.tsx';

interface Choice {
  value: string;
  name: string;
}

/** Choices of one filter as links in the URL: what is chosen can be sent to somebody else. */
export function Choices({
  name,
  param,
  choices,
}: {
  name: string;
  param: string;
  choices: readonly Choice[];
}) {
  const params = useSearchParams();
  const router = useRouter();
  const path = usePathname();
  const chosen = params.get(param) ?? '';
  const choose = (value: string) => {
    const next = new URLSearchParams(params);
    if (value) next.set(param, value);
    else next.delete(param);
    router.replace(next.size > 0 ? `${path}?${next}` : path, { scroll: false });
  };
  return <Tabs name={name} choices={choices} chosen={chosen} onChoose={choose} />;
}

/** A symbol to look for; the URL follows on Enter and when the field is left. */
export function SymbolFilter() {
  const params = useSearchParams();
  const router = useRouter();
  const path = usePathname();
  const current = params.get('symbol') ?? '';
  const apply = (value: string) => {
    const symbol = value.trim().toUpperCase();
    if (symbol === current) return;
    const next = new URLSearchParams(params);
    if (symbol) next.set('symbol', symbol);
    else next.delete('symbol');
    router.replace(next.size > 0 ? `${path}?${next}` : path, { scroll: false });
  };
  return (
    <input
      key={current}
      type="search"
      aria-label="Symbol"
      placeholder="Symbol"
      defaultValue={current}
      maxLength={40}
      onBlur={(event) => apply(event.target.value)}
      onKeyDown={(event) => event.key === 'Enter' && apply(event.currentTarget.value)}
      className="h-8 w-24 grow rounded-[7px] desk:w-32 desk:grow-0 border border-line-strong bg-surface px-2.5 placeholder:text-text-3"
    />
  );
}
