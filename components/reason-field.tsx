import type { ComponentProps } from 'react';
import { Field } from './ui/field.tsx';

const LONGEST_REASON = 300;

/** Why something is stopped; `hint` says where others will read it. */
export function ReasonField(field: Omit<ComponentProps<typeof Field>, 'label'> & { hint: string }) {
  return <Field label="Reason" name="reason" required maxLength={LONGEST_REASON} {...field} />;
}
