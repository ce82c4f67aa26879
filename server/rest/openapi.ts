/**
 * The OpenAPI 3.1 document, made of the operations' own schemas. Entry point: openApiDocument. Pure.
 */
import { z } from 'zod';
import { API_SCOPES } from '#server/api-token.ts';
import type { Operation } from '#server/rest/operation.ts';

type Json = Record<string, unknown>;

/** What every refusal looks like. */
export const refusal = z.object({
  code: z.string(),
  message: z.string(),
  field: z.string().optional(),
  request_id: z.uuid(),
});

const REFUSALS: Readonly<Record<string, string>> = {
  400: 'Something in the request does not fit; `field` names it where it is one.',
  401: 'No token, or one that is unknown, revoked or run out, or of a disabled user.',
  403: 'The token lacks the scope of this operation.',
  404: 'There is no such thing among your own.',
  409: 'It does not go together with the present state, or with an earlier request of the same key.',
  429: 'Too many requests; `Retry-After` says when to come again.',
  503: 'Too much is going on; `Retry-After` says when to come again.',
};

const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): Json => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Json;
  return rest;
};

const json = (schema: Json) => ({ content: { 'application/json': { schema } } });

function parametersOf({ method, input, id }: Operation): Json[] {
  const key = {
    name: 'Idempotency-Key',
    in: 'header',
    required: false,
    schema: { type: 'string', format: 'uuid' },
  };
  if (method === 'POST') return id === 'throwKillSwitch' ? [key] : [];
  const { properties = {}, required = [] } = schemaOf(input, 'input') as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    ...(description ? { description } : {}),
    schema,
  }));
}

function entryOf(operation: Operation): Json {
  const refusals = Object.entries(REFUSALS).map(([status, description]) => [
    status,
    { description, ...json({ $ref: '#/components/schemas/Refusal' }) },
  ]);
  return {
    operationId: operation.id,
    summary: operation.summary,
    description: operation.description,
    security: [{ token: [operation.scope] }],
    parameters: parametersOf(operation),
    ...(operation.method === 'POST'
      ? { requestBody: { required: true, ...json(schemaOf(operation.input, 'input')) } }
      : {}),
    responses: {
      200: { description: 'Done.', ...json(schemaOf(operation.output, 'output')) },
      ...Object.fromEntries(refusals),
    },
  };
}

export function openApiDocument(operations: readonly Operation[], prefix: string): Json {
  const paths: Record<string, Json> = {};
  for (const operation of operations)
    paths[operation.path] = {
      ...paths[operation.path],
      [operation.method.toLowerCase()]: entryOf(operation),
    };
  return {
    openapi: '3.1.0',
    info: {
      title: 'Lockstep',
      version: '1',
      description: `For programs with an API token (Settings). Scopes: ${API_SCOPES.join(', ')}. Decimals are strings.`,
    },
    servers: [{ url: prefix }],
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'An API token, lst_….' } },
      schemas: { Refusal: schemaOf(refusal, 'output') },
    },
  };
}
