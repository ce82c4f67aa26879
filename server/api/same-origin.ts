/**
 * Whether an act comes from a page of ours. A form of another site can post, but neither as JSON nor from our origin.
 * Entry point: foreignAct. Pure.
 */

const JSON_TYPE = /^application\/json(;|$)/i;

/** Why a POST is turned away, as HTTP status and sentence; null when it may go on. */
export function foreignAct(headers: Pick<Headers, 'get'>): { status: 403 | 415; text: string } | null {
  if (!JSON_TYPE.test(headers.get('content-type') ?? '')) {
    return { status: 415, text: 'Acts are sent as application/json.' };
  }
  return isOwnPage(headers)
    ? null
    : { status: 403, text: 'Acts are taken from pages of this address alone.' };
}

/**
 * The browser's own word: Sec-Fetch-Site, or the origin where a browser sends none over plain http. A client that is no
 * browser sends neither, and has no cookies that another site could use.
 */
function isOwnPage(headers: Pick<Headers, 'get'>): boolean {
  const site = headers.get('sec-fetch-site');
  if (site) return site === 'same-origin';
  const origin = headers.get('origin');
  if (origin === null) return true;
  const host = headers.get('x-forwarded-host') ?? headers.get('host');
  return URL.canParse(origin) && new URL(origin).host === host;
}
