import { onEvent } from '#server/api/events/on-event.ts';
import { router } from '#server/api/trpc.ts';

export const events = router({ onEvent });
