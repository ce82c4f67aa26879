'use client';
import type { FormHTMLAttributes } from 'react';

type Props = Omit<FormHTMLAttributes<HTMLFormElement>, 'onSubmit'> & {
  /** What was typed, and the value of the button that sent it. */
  onSubmit: (form: FormData, pressed: string) => void;
};

/** A form that stays on its page. Inside a dialog, the form that the dialog stands in does not hear of it. */
export function Form({ onSubmit, ...form }: Props) {
  return (
    <form
      {...form}
      onSubmit={(event) => {
        event.preventDefault();
        event.stopPropagation();
        const { submitter } = event.nativeEvent as SubmitEvent;
        onSubmit(new FormData(event.currentTarget), submitter?.getAttribute('value') ?? '');
      }}
    />
  );
}

/** A text of a form, trimmed; '' when it is not there. */
export const textOf = (form: FormData, name: string): string => String(form.get(name) ?? '').trim();

/** A whole number of a form; the field itself lets nothing else through. */
export const wholeOf = (form: FormData, name: string): number => Number.parseInt(textOf(form, name), 10);

/** What a field lists: separated by commas, semicolons or white space. */
export const listOf = (text: string): string[] => text.split(/[\s,;]+/).filter(Boolean);
