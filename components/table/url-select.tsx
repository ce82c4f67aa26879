'use client';
import { ChevronDown } from 'lucide-react';
import { useUrlParam } from './use-url-param.ts';

interface Option {
  value: string;
  name: string;
}

/** A filter or an order of many choices, kept in the URL. The first option is what holds without one. */
export function UrlSelect({
  name,
  param,
  options,
}: {
  name: string;
  param: string;
  options: readonly Option[];
}) {
  const [chosen, choose] = useUrlParam(param);
  return (
    <span className="relative inline-flex items-center">
      <select
        aria-label={name}
        value={chosen}
        onChange={(event) => choose(event.target.value)}
        className="h-8 appearance-none rounded-[7px] border border-line-strong bg-surface pr-7 pl-2.5 text-text"
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.name}
          </option>
        ))}
      </select>
      <ChevronDown size={14} aria-hidden className="pointer-events-none absolute right-2 text-text-3" />
    </span>
  );
}

interface Account {
  id: string;
  name: string;
}

/** One account of the reader, or all of them; absent where there is only one. */
export function AccountSelect({ accounts }: { accounts: readonly Account[] }) {
  if (accounts.length < 2) return null;
  const all = { value: '', name: 'All accounts' };
  return (
    <UrlSelect
      name="Account"
      param="account"
      options={[all, ...accounts.map(({ id, name }) => ({ value: id, name }))]}
    />
  );
}
