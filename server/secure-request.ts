/**
 * What a request may claim and what every answer carries, before anybody else sees either.
 * Entry points: secureRequest (server/http.ts, for every request), pagePolicy. Invariants: the scheme, the host and the
 * address that the pages read are those of the connection, or of a trusted proxy's word; no answer leaves without its
 * security headers; a script runs only with the nonce of its own answer.
 */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { NONCE_HEADER } from '#server/nonce.ts';
import { plainAddress, senderAddress } from '#server/webhook/address.ts';

const NONCE_BYTES = 16;
const HSTS_SECONDS = 365 * 24 * 60 * 60;

/** Headers that steer the pages from within and mean nothing from outside. */
const INTERNAL = /^x-(middleware|nextjs|invoke|matched-path|next-)/;

/** Data, files and alerts: nothing of them is ever to be run, framed or styled. */
const BARE_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

const ALWAYS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()',
  'cross-origin-resource-policy': 'same-origin',
};

const HTTPS_ONLY: Readonly<Record<string, string>> = {
  'strict-transport-security': `max-age=${HSTS_SECONDS}`,
  'cross-origin-opener-policy': 'same-origin',
};

export interface PolicyFacts {
  nonce: string;
  https: boolean;
  /** The development server evaluates code and talks to the browser over a socket. */
  dev: boolean;
}

/**
 * The content security policy of a page: scripts by nonce alone, style elements by nonce. Style attributes stay
 * allowed, as figures are placed with them; they cannot load or run anything.
 */
export function pagePolicy({ nonce, https, dev }: PolicyFacts): string {
  const rules = [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}'${dev ? " 'unsafe-eval'" : ''}`,
    dev ? "style-src 'self' 'unsafe-inline'" : `style-src 'self' 'nonce-${nonce}'`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    `connect-src 'self'${dev ? ' ws: wss:' : ''}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ];
  return [...rules, ...(https ? ['upgrade-insecure-requests'] : [])].join('; ');
}

const lastOf = (value: string | string[] | undefined): string =>
  String(value ?? '')
    .split(',')
    .at(-1)
    ?.trim()
    .toLowerCase() ?? '';

/** Whether a path is a page, which runs scripts: not data, not a file of the build. */
const isPage = (url: string): boolean => !/^\/(api|_next)\//.test(url);

/** Rewrites what the request claims about itself and sets the answer's headers. */
export function secureRequest(
  request: IncomingMessage,
  response: ServerResponse,
  { isTrusted, dev }: { isTrusted: (address: string) => boolean; dev: boolean },
): void {
  const { headers, socket, url = '/' } = request;
  const trusted = isTrusted(plainAddress(socket.remoteAddress));
  const https = trusted && lastOf(headers['x-forwarded-proto']) === 'https';
  const host = (trusted && lastOf(headers['x-forwarded-host'])) || headers.host;
  for (const name of Object.keys(headers)) if (!dev && INTERNAL.test(name)) delete headers[name];
  headers['x-forwarded-for'] = senderAddress(
    socket.remoteAddress,
    String(headers['x-forwarded-for'] ?? ''),
    isTrusted,
  );
  headers['x-forwarded-proto'] = https ? 'https' : 'http';
  if (host) headers['x-forwarded-host'] = host;
  else delete headers['x-forwarded-host'];

  const answer = { ...ALWAYS, ...(https ? HTTPS_ONLY : {}) };
  for (const [name, value] of Object.entries(answer)) response.setHeader(name, value);
  const nonce = randomBytes(NONCE_BYTES).toString('base64');
  const policy = isPage(url) ? pagePolicy({ nonce, https, dev }) : BARE_POLICY;
  response.setHeader('content-security-policy', policy);
  // the pages write this nonce into their own scripts; what a browser sends under these names is overwritten
  headers['content-security-policy'] = policy;
  headers[NONCE_HEADER] = nonce;
}
