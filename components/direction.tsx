import { Badge } from './ui/badge.tsx';

/** LONG or SHORT as a word on its tint. */
export function Direction({ value }: { value: string | null }) {
  if (value === 'LONG') return <Badge tone="gain">Long</Badge>;
  if (value === 'SHORT') return <Badge tone="loss">Short</Badge>;
  return null;
}
