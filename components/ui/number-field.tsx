import type { ComponentProps } from 'react';
import { Field } from './field.tsx';

const DECIMAL = '\\d+(\\.\\d+)?';

/** A field for a decimal; `title` is the sentence that the browser says about anything else. */
export function NumberField({
  signed = false,
  ...field
}: ComponentProps<typeof Field> & { title: string; signed?: boolean }) {
  return <Field inputMode="decimal" pattern={signed ? `-?${DECIMAL}` : DECIMAL} {...field} />;
}
