/** A stored refusal as the sentence that a trader reads. Pure; what it cannot read it names by its code. */
import { z } from 'zod';
import { refusalSentence } from '#server/api/words.ts';

const told = z.object({
  code: z.string(),
  ok: z.boolean().nullish(),
  figures: z.record(z.string(), z.string()).optional(),
});
/** One that passed with nothing to add is stored as its code alone. */
const passed = z.string().transform((code): z.infer<typeof told> => ({ code, ok: true }));
const check = z.union([told, passed]);

const stored = z.object({ code: z.string().nullable(), reasons: z.array(check).catch([]) });

/** From `{code, reasons}` of a trade intent; null when there is none. */
export function refusalOf(value: unknown): { code: string; sentence: string } | null {
  const parsed = stored.safeParse(value);
  if (!parsed.success || !parsed.data.code) return null;
  const { code, reasons } = parsed.data;
  const named = reasons.find((one) => one.code === code && one.ok !== true);
  return { code, sentence: refusalSentence({ code, figures: named?.figures ?? {} }) };
}

/** Every check that refused, in words, the named one first. */
export function allRefusals(value: unknown): string[] {
  const parsed = stored.safeParse(value);
  if (!parsed.success) return [];
  return parsed.data.reasons
    .filter((one) => one.ok === false)
    .map((one) => refusalSentence({ code: one.code, figures: one.figures ?? {} }));
}
