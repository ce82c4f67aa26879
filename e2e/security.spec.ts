import type { APIRequestContext, Page } from '@playwright/test';
import { codeAt, stepAt } from '../server/totp.ts';
import { expect, test } from './fixtures.ts';
import { canMakeCertificates, openHttpsProxy } from './https-proxy.ts';

const ONE_ANSWER_EACH = [
  '/login',
  '/trades',
  '/nothing-here',
  '/api/health',
  '/api/ready',
  '/api/trpc/trades.list?input=%7B%7D',
  '/api/v1/trades',
  '/api/v1/openapi.json',
  '/api/webhook/schema.json',
  '/api/webhook/not-a-token',
  '/api/auth/csrf',
  '/_next/static/nothing.js',
];

const nonceOf = (policy: string): string => /'nonce-([^']+)'/.exec(policy)?.[1] ?? '';

/** An act, as a page would send it. */
const act = (page: Page, name: string, input?: unknown) =>
  page.evaluate(
    async ([procedure, given]) => {
      const answer = await fetch(`/api/trpc/${procedure}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(given === undefined ? {} : { json: given }),
      });
      return { status: answer.status, body: await answer.json() };
    },
    [name, input] as const,
  );

test.describe('headers', () => {
  test('every answer forbids framing and sniffing, and says what may run', async ({ request, ready }) => {
    for (const place of ONE_ANSWER_EACH) {
      const answer = await request.get(ready.url + place, { maxRedirects: 0 });
      const headers = answer.headers();
      expect(headers['x-content-type-options'], place).toBe('nosniff');
      expect(headers['content-security-policy'], place).toContain("frame-ancestors 'none'");
      expect(headers['referrer-policy'], place).toBe('same-origin');
      expect(headers['permissions-policy'], place).toContain('camera=()');
      expect(headers['strict-transport-security'], place).toBeUndefined();
      expect(headers['x-powered-by'], place).toBeUndefined();
    }
  });

  test('every script of a page carries the nonce of its answer, and no nonce comes twice', async ({
    request,
    ready,
  }) => {
    const nonces = new Set<string>();
    for (const place of ['/login', '/login', '/nothing-here']) {
      const answer = await request.get(ready.url + place);
      const nonce = nonceOf(answer.headers()['content-security-policy'] ?? '');
      const scripts = (await answer.text()).match(/<script[^>]*>/g) ?? [];
      expect(scripts.length, place).toBeGreaterThan(2);
      for (const script of scripts) expect(script, place).toContain(`nonce="${nonce}"`);
      nonces.add(nonce);
    }
    expect(nonces.size).toBe(3);
  });

  test.describe('injected code', () => {
    test.use({ expectedErrors: [/Content Security Policy|status of 404/] });

    test('does not run', async ({ page }) => {
      await page.goto('/login');
      await page.evaluate(() => {
        document.body.insertAdjacentHTML('beforeend', '<img src="/missing.png" onerror="window.ran = true">');
        const script = document.createElement('script');
        script.textContent = 'window.ran = true';
        document.body.append(script);
      });
      await page.waitForFunction(() => document.images[document.images.length - 1]?.complete);
      expect(await page.evaluate(() => 'ran' in window)).toBe(false);
    });
  });
});

test('nothing opens without a session, whatever the request pretends', async ({ request, ready }) => {
  const tricks: Record<string, string>[] = [
    {},
    { 'x-middleware-subrequest': 'proxy:proxy:proxy:proxy:proxy' },
    { 'x-middleware-subrequest': 'src/proxy:src/proxy:src/proxy' },
    { rsc: '1', 'next-router-prefetch': '1' },
    { 'x-nextjs-data': '1', purpose: 'prefetch' },
    { 'x-http-method-override': 'GET', 'x-lockstep-path': '/login' },
    { cookie: 'lockstep.session=forged; __Host-lockstep.session=forged' },
  ];
  for (const headers of tricks) {
    for (const place of ['/trades', '/trades.rsc', '/signals?_rsc=x']) {
      const answer = await request.get(ready.url + place, { headers, maxRedirects: 0 });
      expect(await answer.text(), `${place} ${JSON.stringify(headers)}`).not.toMatch(
        /Log out|@lockstep\.demo/,
      );
    }
    const data = await request.get(`${ready.url}/api/trpc/trades.list?input=%7B%22json%22%3A%7B%7D%7D`, {
      headers,
    });
    expect(data.status()).toBe(401);
  }
});

test.describe('acts from elsewhere', () => {
  const logOthersOut = '/api/trpc/profile.endOtherSessions';

  const post = (request: APIRequestContext, url: string, headers: Record<string, string>) =>
    request.post(url, { headers, data: '{}' }).then((answer) => answer.status());

  test('only JSON by POST from a page of this address is an act', async ({ page, ready, logIn }) => {
    await logIn('ben');
    const { request } = page;
    const url = ready.url + logOthersOut;
    const json = { 'content-type': 'application/json' };
    expect((await request.get(url)).status()).toBe(405);
    expect(await post(request, url, { 'content-type': 'text/plain' })).toBe(415);
    expect(await post(request, url, { 'content-type': 'application/x-www-form-urlencoded' })).toBe(415);
    expect(await post(request, url, { ...json, origin: 'http://evil.test' })).toBe(403);
    expect(await post(request, url, { ...json, 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect((await act(page, 'profile.endOtherSessions')).status).toBe(200);
  });

  test('a batch has a bound', async ({ page, ready, logIn }) => {
    await logIn('ben');
    const names = Array.from({ length: 1000 }, () => 'trades.list').join(',');
    const answer = await page.request.get(`${ready.url}/api/trpc/${names}?batch=1&input=%7B%7D`);
    expect(answer.status()).toBe(400);
  });
});

test.describe('over https', () => {
  // what a page asks by itself at the moment of logging out is answered 401
  test.use({ ignoreHTTPSErrors: true, expectedErrors: [/status of 401/] });

  test('behind a proxy the cookies are bound to the host, and the browser is told to stay', async ({
    page,
    context,
    ready,
  }) => {
    test.skip(!(await canMakeCertificates()), 'openssl is not there to make a certificate');
    const proxy = await openHttpsProxy(ready.url);
    const ben = ready.users.find((user) => user.email.startsWith('ben@'));
    try {
      const first = await page.goto(`${proxy.url}/login`);
      expect(first?.headers()['strict-transport-security']).toMatch(/^max-age=\d{8}/);
      expect(first?.headers()['content-security-policy']).toContain('upgrade-insecure-requests');
      await page.getByLabel('E-mail').fill(ben?.email ?? '');
      await page.getByLabel('Password').fill(ben?.password ?? '');
      await page.getByRole('button', { name: 'Log in' }).click();
      await expect(page.getByRole('button', { name: 'Log out' })).toBeVisible();
      const cookies = await context.cookies(proxy.url);
      expect(cookies.map((cookie) => cookie.name)).toContain('__Host-lockstep.session');
      for (const { name, secure, path, httpOnly, sameSite } of cookies) {
        expect(name).toMatch(/^__Host-lockstep\./);
        expect({ secure, path, httpOnly, sameSite }).toEqual({
          secure: true,
          path: '/',
          httpOnly: true,
          sameSite: 'Lax',
        });
      }
      await page.getByRole('button', { name: 'Log out' }).click();
      await expect(page).toHaveURL(/\/login/);
      expect(page.url()).toContain(proxy.url);
    } finally {
      await proxy.close();
    }
  });

  test('a cookie that was set over http counts for nothing there', async ({
    page,
    context,
    ready,
    logIn,
  }) => {
    test.skip(!(await canMakeCertificates()), 'openssl is not there to make a certificate');
    await logIn('ben');
    const plain = (await context.cookies()).find((cookie) => cookie.name === 'lockstep.session');
    expect(plain).toMatchObject({ secure: false, httpOnly: true, sameSite: 'Lax' });
    const proxy = await openHttpsProxy(ready.url);
    try {
      const answer = await page.request.get(`${proxy.url}/api/trpc/profile.get`, {
        headers: { cookie: `lockstep.session=${plain?.value}` },
      });
      expect(answer.status()).toBe(401);
    } finally {
      await proxy.close();
    }
  });
});

test.describe('the second factor', () => {
  // a log-in that still needs its code is answered 401, and the browser says so
  test.use({ expectedErrors: [/status of 401/] });

  test('asks for a code after the password; a recovery code works once', async ({ page, ready, logIn }) => {
    await logIn('ben');
    const ben = ready.users.find((user) => user.email.startsWith('ben@'));
    const begun = await act(page, 'profile.beginSecondFactor');
    const secret: string = begun.body.result.data.json.secret;
    const now = () => stepAt(Date.now());
    const enabled = await act(page, 'profile.enableSecondFactor', { code: codeAt(secret, now()) });
    expect(enabled.status).toBe(200);
    const [recovery]: string[] = enabled.body.result.data.json.recoveryCodes;

    const logOut = async () => {
      await page.getByRole('button', { name: 'Log out' }).click();
      await expect(page).toHaveURL(/\/login/);
    };
    const firstStep = async () => {
      await page.getByLabel('E-mail').fill(ben?.email ?? '');
      await page.getByLabel('Password').fill(ben?.password ?? '');
      await page.getByRole('button', { name: 'Log in' }).click();
      await expect(page.getByLabel('Code')).toBeFocused();
    };
    const secondStep = async (code: string) => {
      await page.getByLabel('Code').fill(code);
      await page.getByRole('button', { name: 'Log in' }).click();
    };
    const refusal = page.getByRole('alert').filter({ hasText: 'This code does not fit' });
    const inside = page.getByRole('button', { name: 'Log out' });

    try {
      await logOut();
      await firstStep();
      await secondStep('000000');
      await expect(refusal).toBeVisible();
      // the code that switched it on was used with that
      await secondStep(codeAt(secret, now() + 1));
      await expect(inside).toBeVisible();
      await logOut();
      await firstStep();
      await secondStep(recovery?.toLowerCase() ?? '');
      await expect(inside).toBeVisible();
      await logOut();
      await firstStep();
      await secondStep(recovery ?? '');
      await expect(refusal).toBeVisible();
      await secondStep(enabled.body.result.data.json.recoveryCodes[1]);
      await expect(inside).toBeVisible();
    } finally {
      expect((await act(page, 'profile.disableSecondFactor')).status).toBe(200);
    }
  });
});
