/** What the API answers and takes, as types for the pages. */
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import type { Api } from '#server/api/root.ts';

export type Outputs = inferRouterOutputs<Api>;
export type Inputs = inferRouterInputs<Api>;
