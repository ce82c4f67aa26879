import { createApiToken } from '#server/api/api-tokens/create-api-token.ts';
import { listApiTokens } from '#server/api/api-tokens/list-api-tokens.ts';
import { revokeApiToken } from '#server/api/api-tokens/revoke-api-token.ts';
import { router } from '#server/api/trpc.ts';

export const apiTokens = router({ list: listApiTokens, create: createApiToken, revoke: revokeApiToken });
