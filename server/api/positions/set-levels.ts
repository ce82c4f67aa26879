/**
 * Change the stop and the target of a trade by hand; null leaves it to the rules. `seen` is what stood when the person
 * decided: a level that was changed meanwhile refuses the change (CONFLICT) instead of being lost. The same key again
 * answers what the first one answered and changes nothing.
 */
import { z } from 'zod';
import { actOnce } from '#server/api/act-once.ts';
import { levelsInput, type Standing, standing } from '#server/api/positions/levels-input.ts';
import { member } from '#server/api/trpc.ts';

/** As they stand now, rounded to the tick. */
const answer = z.object({ stop: z.string().nullable(), target: z.string().nullable() });

const seenOf = ({ stop, target, ownStop, ownTarget }: Standing): string =>
  JSON.stringify({ stop, target, own_stop: ownStop, own_target: ownTarget });

export const setLevels = member
  .input(levelsInput.extend({ seen: standing, key: z.uuid() }))
  .output(answer)
  .mutation(({ ctx, input }) =>
    actOnce(ctx, {
      key: input.key,
      call: 'fn.trade_levels_set($1, $2, $3, $4)',
      values: [input.id, input.stop, input.target, seenOf(input.seen)],
      answer,
    }),
  );
