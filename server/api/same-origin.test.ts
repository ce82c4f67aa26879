import { describe, expect, it } from 'vitest';
import { foreignAct } from '#server/api/same-origin.ts';

const ask = (headers: Record<string, string>) => foreignAct(new Headers(headers));
const json = { 'content-type': 'application/json', host: 'desk.test:3000' };

describe('an act', () => {
  it('is taken as JSON from a page of this address', () => {
    expect(ask({ ...json, 'sec-fetch-site': 'same-origin', origin: 'http://desk.test:3000' })).toBeNull();
    expect(ask({ ...json, origin: 'http://desk.test:3000' })).toBeNull();
    expect(ask({ ...json, 'content-type': 'application/json; charset=utf-8' })).toBeNull();
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'application/jsonp',
    '',
  ])('is refused as %s, which a form of another site could send', (type) => {
    expect(ask({ ...json, 'content-type': type })).toMatchObject({ status: 415 });
  });

  it.each<Record<string, string>>([
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'http://evil.test' },
    { origin: 'http://desk.test:4000' },
    { origin: 'null' },
  ])('is refused from elsewhere: %o', (claims) => {
    expect(ask({ ...json, ...claims })).toMatchObject({ status: 403 });
  });

  it('of a program that is no browser is taken', () => {
    expect(ask(json)).toBeNull();
  });
});
