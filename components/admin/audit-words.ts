/** Entries of the audit log as sentences. Pure. */

/** "account.freeze" → "account freeze". */
export const actWords = (act: string): string => act.toLowerCase().replaceAll(/[._]/g, ' ');

const shown = (value: unknown): string => {
  if (value === null || value === undefined) return 'none';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};

const LONGEST = 160;

/** "capital 1000 → 2000" where both sides are known, "reason: drill" otherwise. */
export function changeLines(detail: Record<string, unknown>): string[] {
  return Object.entries(detail).map(([name, value]) => {
    const words = name.replaceAll('_', ' ');
    const text =
      Array.isArray(value) && value.length === 2
        ? `${words} ${shown(value[0])} → ${shown(value[1])}`
        : `${words}: ${shown(value)}`;
    return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  });
}
