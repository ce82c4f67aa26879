import { z } from 'zod';
import { call } from '#server/api/call.ts';
import { reason } from '#server/api/fields.ts';
import { once } from '#server/api/once.ts';
import { jobsOf } from '#server/queue.ts';
import { id, operation } from '#server/rest/operation.ts';
import { asSelf } from '#server/web-db.ts';

const thrown = z.object({
  state: z.enum(['HALT', 'FLATTEN']),
  since: z.iso.datetime({ offset: true }).nullable(),
});

const result = z.object({ state: z.string(), since: z.string().nullable(), jobs: z.unknown() });

export const throwKillSwitch = operation({
  id: 'throwKillSwitch',
  method: 'POST',
  path: '/kill-switch',
  scope: 'switch:write',
  summary: 'Throw the kill switch',
  description:
    'HALT stops entries and withdraws resting ones; FLATTEN also closes every open position in the scope. Exits are ' +
    'never stopped. A token throws the switch and cannot lift it: that a person does on the pages. With the header ' +
    'Idempotency-Key (a uuid) a repeat answers what the first request answered.',
  input: z.object({
    scope: z.enum(['USER', 'ACCOUNT']).default('USER'),
    account_id: id.optional().describe('The account, with scope ACCOUNT.'),
    state: z.enum(['HALT', 'FLATTEN']),
    reason,
  }),
  output: thrown,
  run: async ({ holder, key, queue, requestId }, input) => {
    const jobs = await queue();
    const target = input.scope === 'ACCOUNT' ? (input.account_id ?? null) : null;
    return asSelf(holder, (client) =>
      once(client, { key: key ?? requestId, asked: ['rest', input], answer: thrown }, async () => {
        const args = [input.scope, target, input.state, input.reason];
        const said = result.parse(await call(client, 'fn.switch_set', args));
        await jobs.enqueue(client, jobsOf(said.jobs));
        await call(client, 'fn.audit_append', [
          'api.kill_switch',
          'api_token',
          holder.tokenId,
          { requestId },
        ]);
        return thrown.parse(said);
      }),
    );
  },
});
