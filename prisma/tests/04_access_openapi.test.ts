import { describe, expect, it } from 'vitest';
import { useDatabase } from '#prisma/tests/harness.ts';
import { useRest } from '#prisma/tests/rest-server.ts';
import { OPERATIONS } from '#server/rest/operations.ts';

const rest = useRest(useDatabase());

describe('the OpenAPI document', () => {
  it('tells every operation with its scope, and its schemas take what the operations answer', async () => {
    const { http, body } = await rest.ask('GET', '/openapi.json');
    expect(http).toBe(200);
    expect(body.openapi).toBe('3.1.0');
    for (const one of OPERATIONS) {
      const entry = body.paths[one.path][one.method.toLowerCase()];
      expect(entry.operationId).toBe(one.id);
      expect(entry.security).toEqual([{ token: [one.scope] }]);
      expect(Object.keys(entry.responses)).toEqual(
        expect.arrayContaining(['200', '401', '403', '404', '429']),
      );
      expect(entry.responses[200].content['application/json'].schema.type).toBe('object');
    }
    const { parameters } = body.paths['/orders'].get;
    expect(parameters.map((one: { name: string }) => one.name)).toEqual([
      'state',
      'kind',
      'symbol',
      'account',
      'limit',
      'cursor',
    ]);
    expect(
      body.paths['/pnl'].get.parameters.filter((one: { required: boolean }) => one.required),
    ).toHaveLength(2);
  });
});
