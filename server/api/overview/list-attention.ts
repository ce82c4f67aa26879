/** What wants the reader's attention, most urgent first, each as a sentence with the page that helps. */
import { z } from 'zod';
import { attentionText } from '#server/api/overview/attention-text.ts';
import { rowsOf } from '#server/api/rows.ts';
import { member } from '#server/api/trpc.ts';
import { asSelf } from '#server/web-db.ts';

const row = z.object({
  severity: z.enum(['CRITICAL', 'WARN']),
  kind: z.string(),
  detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  entity: z.string(),
  entity_id: z.uuid().nullable(),
  at: z.date(),
});

const item = z.object({
  key: z.string(),
  severity: z.enum(['CRITICAL', 'WARN']),
  text: z.string(),
  href: z.string().nullable(),
  at: z.date(),
});

const PAGES: Record<string, (id: string) => string> = {
  trade: (id) => `/trades/${id}`,
  signal: (id) => `/signals/${id}`,
  order: (id) => `/orders?id=${id}`,
};

export const listAttention = member.output(z.array(item)).query(({ ctx }) =>
  asSelf(ctx.actor, async (client) => {
    const rows = await rowsOf(client, row, 'select * from fn.attention_read(fn.clock())');
    return rows.map(({ severity, kind, detail, entity, entity_id, at }, index) => ({
      key: `${kind}-${entity_id ?? index}`,
      severity,
      text: attentionText(kind, detail),
      href: (entity_id && PAGES[entity]?.(entity_id)) ?? null,
      at,
    }));
  }),
);
