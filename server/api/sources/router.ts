import { createSource } from '#server/api/sources/create-source.ts';
import { listSourceEvents } from '#server/api/sources/list-source-events.ts';
import { listSources } from '#server/api/sources/list-sources.ts';
import { rotateToken } from '#server/api/sources/rotate-token.ts';
import { setSecret } from '#server/api/sources/set-secret.ts';
import { setSignature } from '#server/api/sources/set-signature.ts';
import { setSourceStatus } from '#server/api/sources/set-source-status.ts';
import { updateSource } from '#server/api/sources/update-source.ts';
import { router } from '#server/api/trpc.ts';

export const sources = router({
  list: listSources,
  create: createSource,
  update: updateSource,
  setStatus: setSourceStatus,
  rotateToken,
  setSecret,
  setSignature,
  events: listSourceEvents,
});
