import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { pagePolicy, secureRequest } from '#server/secure-request.ts';
import { addressList } from '#server/webhook/address.ts';

const PROXY = '10.0.0.1';

function ask(headers: Record<string, string>, { from = '203.0.113.9', url = '/trades' } = {}) {
  const socket = new Socket();
  Object.defineProperty(socket, 'remoteAddress', { value: from });
  const request = new IncomingMessage(socket);
  Object.assign(request, { headers: { host: 'lockstep.test', ...headers }, url });
  const response = new ServerResponse(request);
  secureRequest(request, response, { isTrusted: addressList([PROXY]), dev: false });
  return { sees: request.headers, answer: response.getHeaders() };
}

describe('what a request claims of itself', () => {
  it('is not believed from a stranger: address, scheme and host are those of the connection', () => {
    const { sees, answer } = ask({
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'evil.test',
    });
    expect(sees).toMatchObject({
      'x-forwarded-for': '203.0.113.9',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': 'lockstep.test',
    });
    expect(answer['strict-transport-security']).toBeUndefined();
  });

  it('is believed from a trusted proxy, its last word alone', () => {
    const { sees, answer } = ask(
      {
        'x-forwarded-for': '1.2.3.4, 198.51.100.7',
        'x-forwarded-proto': 'http, https',
        'x-forwarded-host': 'desk.test',
      },
      { from: PROXY },
    );
    expect(sees).toMatchObject({
      'x-forwarded-for': '198.51.100.7',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'desk.test',
    });
    expect(answer['strict-transport-security']).toBe('max-age=31536000');
  });

  it('cannot steer the pages from within, nor choose the nonce', () => {
    const { sees, answer } = ask({
      'x-middleware-subrequest': 'proxy:proxy:proxy:proxy:proxy',
      'x-middleware-rewrite': '/settings',
      'x-nextjs-data': '1',
      'content-security-policy': "script-src 'nonce-mine'",
      'x-nonce': 'mine',
    });
    expect(Object.keys(sees).filter((name) => /middleware|nextjs/.test(name))).toEqual([]);
    expect(sees['x-nonce']).not.toBe('mine');
    expect(sees['content-security-policy']).toBe(answer['content-security-policy']);
    expect(answer['content-security-policy']).toContain(`'nonce-${sees['x-nonce']}'`);
  });
});

describe('what an answer carries', () => {
  it('on every path: no sniffing, no frame, a policy', () => {
    for (const url of ['/', '/trades', '/api/trpc/x', '/api/webhook/x', '/_next/static/x.js']) {
      const { answer } = ask({}, { url });
      expect(answer).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY' });
      expect(String(answer['content-security-policy']), url).toContain("frame-ancestors 'none'");
    }
  });

  it('data runs nothing at all', () => {
    const { answer } = ask({}, { url: '/api/trpc/trades.list' });
    expect(String(answer['content-security-policy'])).toMatch(/^default-src 'none'/);
    expect(String(answer['content-security-policy'])).not.toContain('script-src');
  });

  it('a nonce is used once', () => {
    const nonces = Array.from({ length: 50 }, () => ask({}).sees['x-nonce']);
    expect(new Set(nonces).size).toBe(50);
  });

  it('no page may run inline code, and only the development server evaluates any', () => {
    const facts = { nonce: 'n', https: false, dev: false };
    const script = (policy: string) => /script-src ([^;]*)/.exec(policy)?.[1] ?? '';
    expect(script(pagePolicy(facts))).not.toMatch(/unsafe|\*|https?:/);
    expect(script(pagePolicy({ ...facts, dev: true }))).toContain('unsafe-eval');
  });
});
