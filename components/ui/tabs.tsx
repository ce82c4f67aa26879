'use client';
import { cx } from './cx.ts';

/** One of a few views of the same thing; for what is worth a link, use the filters of the URL. */
export function Tabs<T extends string>(props: {
  name: string;
  choices: readonly { value: T; name: string }[];
  chosen: T;
  onChoose: (value: T) => void;
}) {
  return (
    <fieldset className="flex max-w-full overflow-x-auto overflow-y-hidden rounded-[7px] border border-line-strong max-desk:flex-wrap">
      <legend className="sr-only">{props.name}</legend>
      {props.choices.map(({ value, name }) => (
        <button
          key={value}
          type="button"
          aria-pressed={props.chosen === value}
          onClick={() => props.onChoose(value)}
          className={cx(
            'h-8 whitespace-nowrap border-line border-r px-3 last:border-0',
            props.chosen === value ? 'bg-raised font-medium' : 'bg-surface text-text-2 hover:text-text',
          )}
        >
          {name}
        </button>
      ))}
    </fieldset>
  );
}
