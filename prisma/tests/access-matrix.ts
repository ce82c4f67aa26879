/**
 * The access matrix of the API as data: every procedure, who may call it, and what a stranger gets who puts somebody
 * else's ids into it. A new procedure must be told of here, or 04_access_matrix.test.ts fails.
 */
import { randomUUID } from 'node:crypto';

/** ANYONE needs no session, MEMBER one, TRADER one of somebody with accounts, ADMIN an admin's. */
export type Reach = 'ANYONE' | 'MEMBER' | 'TRADER' | 'ADMIN';

/**
 * NOT_FOUND: 404 with the ids of somebody else. NOTHING: an answer without anything of the other person. OWN: takes no
 * ids of anybody, and acts on the caller himself.
 */
export type Stranger = 'NOT_FOUND' | 'NOTHING' | 'OWN';

/** Ids of the other person. */
export type TheirIds = Record<
  | 'user'
  | 'account'
  | 'strategy'
  | 'subscription'
  | 'source'
  | 'token'
  | 'session'
  | 'signal'
  | 'trade'
  | 'order'
  | 'invitation',
  string
>;

type Row = readonly [reach: Reach, stranger: Stranger, input?: (ids: TheirIds) => unknown];

const BOOK = { environment: 'PAPER', currency: 'USD' } as const;
const LIMIT = { code: 'MAX_OPEN_POSITIONS', scope: 'ACCOUNT', value: '3' };
const RULES = { stop_pct: '3' };
const GUESS = 'a-guess-of-a-secret-link';
const HALT = { state: 'HALT', reason: 'not mine' };
const key = () => randomUUID();
const UNSEEN = { stop: null, target: null, ownStop: null, ownTarget: null };

export const MATRIX: Readonly<Record<string, Row>> = {
  'accounts.list': ['TRADER', 'NOTHING'],
  'accounts.create': ['TRADER', 'OWN', () => ({ name: 'My own', capital: '1000' })],
  'accounts.update': ['TRADER', 'NOT_FOUND', (ids) => ({ id: ids.account, name: 'Mine now' })],
  'accounts.freeze': ['TRADER', 'NOT_FOUND', (ids) => ({ id: ids.account, reason: 'not mine' })],
  'accounts.setStatus': ['TRADER', 'NOT_FOUND', (ids) => ({ id: ids.account, status: 'DISABLED' })],
  'accounts.discrepancies': ['TRADER', 'NOTHING', (ids) => ({ accountId: ids.account })],
  'apiTokens.list': ['TRADER', 'NOTHING'],
  'apiTokens.create': ['TRADER', 'OWN', () => ({ name: 'My own', scopes: ['trades:read'], days: 1 })],
  'apiTokens.revoke': ['TRADER', 'NOT_FOUND', (ids) => ({ id: ids.token })],
  'audit.list': ['ADMIN', 'NOTHING', (ids) => ({ actorId: ids.user })],
  'events.onEvent': ['MEMBER', 'NOTHING'],
  'exitRules.get': ['TRADER', 'NOT_FOUND', (ids) => ({ layer: 'STRATEGY', id: ids.strategy })],
  'exitRules.set': ['TRADER', 'NOT_FOUND', (ids) => ({ layer: 'TRADE', id: ids.trade, rules: RULES })],
  'exitRules.defaults': ['ADMIN', 'NOTHING'],
  'exitRules.setDefaults': ['ADMIN', 'OWN', () => ({ assetClass: 'EQUITY', rules: RULES })],
  'firstVisit.progress': ['MEMBER', 'NOTHING'],
  'flags.list': ['ADMIN', 'NOTHING'],
  'flags.set': ['ADMIN', 'OWN', () => ({ name: 'entries_disabled', enabled: true })],
  'history.books': ['MEMBER', 'NOTHING'],
  'history.results': ['MEMBER', 'NOTHING', (ids) => ({ ...BOOK, account: ids.account })],
  'history.breakdown': ['MEMBER', 'NOTHING', (ids) => ({ ...BOOK, by: 'STRATEGY', account: ids.account })],
  'history.sources': ['MEMBER', 'NOTHING', (ids) => ({ ...BOOK, account: ids.account })],
  'history.closed': [
    'MEMBER',
    'NOTHING',
    (ids) => ({ ...BOOK, account: ids.account, strategy: ids.strategy }),
  ],
  'history.lots': ['MEMBER', 'NOTHING', (ids) => ({ ...BOOK, account: ids.account })],
  'instruments.list': ['MEMBER', 'NOTHING', () => ({})],
  'instruments.markets': ['MEMBER', 'NOTHING'],
  'invitations.list': ['ADMIN', 'NOTHING'],
  'invitations.create': ['ADMIN', 'OWN', () => ({ email: 'friend@example.test', role: 'admin' })],
  'invitations.revoke': ['ADMIN', 'NOT_FOUND', (ids) => ({ id: ids.invitation })],
  'invitations.read': ['ANYONE', 'NOT_FOUND', () => ({ token: GUESS })],
  'invitations.accept': [
    'ANYONE',
    'NOT_FOUND',
    () => ({ token: GUESS, name: 'X', timeZone: 'UTC', password: 'a long password' }),
  ],
  'limits.list': ['TRADER', 'NOT_FOUND', (ids) => ({ accountId: ids.account })],
  'limits.set': ['TRADER', 'NOT_FOUND', (ids) => ({ ...LIMIT, layer: 'ACCOUNT', placeId: ids.account })],
  'limits.listAdmin': ['ADMIN', 'NOTHING', (ids) => ({ userId: ids.user })],
  'limits.setAdmin': [
    'ADMIN',
    'NOT_FOUND',
    (ids) => ({ place: { layer: 'USER', placeId: ids.user }, limit: LIMIT }),
  ],
  'orders.list': ['MEMBER', 'NOTHING', (ids) => ({ id: ids.order })],
  'orders.get': ['MEMBER', 'NOT_FOUND', (ids) => ({ id: ids.order })],
  'orders.cancel': ['MEMBER', 'NOT_FOUND', (ids) => ({ id: ids.order, key: key() })],
  'overview.accounts': ['MEMBER', 'NOTHING'],
  'overview.today': ['MEMBER', 'NOTHING'],
  'overview.equity': ['MEMBER', 'NOTHING', () => ({})],
  'overview.attention': ['MEMBER', 'NOTHING'],
  'overview.results': ['MEMBER', 'NOTHING', () => ({})],
  'positions.list': ['MEMBER', 'NOTHING', (ids) => ({ account: ids.account })],
  'positions.previewLevels': ['MEMBER', 'NOT_FOUND', (ids) => ({ id: ids.trade, stop: '95', target: null })],
  'positions.setLevels': [
    'MEMBER',
    'NOT_FOUND',
    (ids) => ({ id: ids.trade, stop: '95', target: null, seen: UNSEEN, key: key() }),
  ],
  'profile.get': ['MEMBER', 'NOTHING'],
  'profile.set': ['MEMBER', 'OWN', () => ({ name: 'Myself', timeZone: 'UTC' })],
  'profile.confirm': ['MEMBER', 'OWN', () => ({ password: 'a guess' })],
  'profile.changePassword': ['MEMBER', 'OWN', () => ({ current: 'a guess', next: 'another password' })],
  'profile.sessions': ['MEMBER', 'NOTHING'],
  'profile.endSession': ['MEMBER', 'NOT_FOUND', (ids) => ({ id: ids.session })],
  'profile.endOtherSessions': ['MEMBER', 'OWN'],
  'profile.beginSecondFactor': ['MEMBER', 'OWN'],
  'profile.enableSecondFactor': ['MEMBER', 'OWN', () => ({ code: '000000' })],
  'profile.disableSecondFactor': ['MEMBER', 'OWN'],
  'profile.renewRecoveryCodes': ['MEMBER', 'OWN'],
  'signals.list': ['MEMBER', 'NOTHING', () => ({})],
  'signals.get': ['MEMBER', 'NOT_FOUND', (ids) => ({ id: ids.signal })],
  'sources.list': ['TRADER', 'NOTHING', (ids) => ({ strategyId: ids.strategy })],
  'sources.create': ['TRADER', 'NOT_FOUND', (ids) => ({ strategyId: ids.strategy, name: 'Mine' })],
  'sources.update': ['TRADER', 'NOT_FOUND', (ids) => ({ id: ids.source, name: 'Mine now' })],
  'sources.setStatus': ['TRADER', 'NOT_FOUND', (ids) => ({ id: ids.source, status: 'DISABLED' })],
  'sources.rotateToken': ['TRADER', 'NOT_FOUND', (ids) => ({ id: ids.source })],
  'sources.setSecret': ['TRADER', 'NOT_FOUND', (ids) => ({ id: ids.source, secret: 'a long enough secret' })],
  'sources.setSignature': ['TRADER', 'NOT_FOUND', (ids) => ({ id: ids.source, signed: true })],
  'sources.events': ['TRADER', 'NOTHING', (ids) => ({ id: ids.source })],
  'strategies.list': ['TRADER', 'NOTHING'],
  'strategies.get': ['TRADER', 'NOT_FOUND', (ids) => ({ id: ids.strategy })],
  'strategies.create': ['TRADER', 'OWN', () => ({ name: 'My own' })],
  'strategies.update': ['TRADER', 'NOT_FOUND', (ids) => ({ id: ids.strategy, name: 'Mine now' })],
  'strategies.setStatus': ['TRADER', 'NOT_FOUND', (ids) => ({ id: ids.strategy, status: 'PAUSED' })],
  'subscriptions.list': ['TRADER', 'NOTHING', (ids) => ({ accountId: ids.account })],
  'subscriptions.create': [
    'TRADER',
    'NOT_FOUND',
    (ids) => ({ accountId: ids.account, strategyId: ids.strategy }),
  ],
  'subscriptions.update': ['TRADER', 'NOT_FOUND', (ids) => ({ id: ids.subscription, sizingValue: '9' })],
  'subscriptions.setStatus': ['TRADER', 'NOT_FOUND', (ids) => ({ id: ids.subscription, status: 'PAUSED' })],
  'switches.list': ['MEMBER', 'NOTHING'],
  'switches.preview': ['TRADER', 'NOT_FOUND', (ids) => ({ scope: 'ACCOUNT', targetId: ids.account })],
  'switches.set': [
    'TRADER',
    'NOT_FOUND',
    (ids) => ({ key: key(), at: { scope: 'ACCOUNT', targetId: ids.account }, wanted: HALT }),
  ],
  'switches.listAdmin': ['ADMIN', 'NOTHING'],
  'switches.previewAdmin': ['ADMIN', 'NOT_FOUND', (ids) => ({ scope: 'USER', targetId: ids.user })],
  'switches.setAdmin': [
    'ADMIN',
    'NOT_FOUND',
    (ids) => ({ key: key(), at: { scope: 'USER', targetId: ids.user }, wanted: HALT }),
  ],
  'testAlerts.send': ['TRADER', 'NOT_FOUND', (ids) => ({ sourceId: ids.source, body: '{}', dryRun: true })],
  'trades.list': ['MEMBER', 'NOTHING', () => ({ state: 'live' })],
  'trades.live': ['MEMBER', 'NOTHING', (ids) => ({ ids: [ids.trade] })],
  'trades.get': ['MEMBER', 'NOT_FOUND', (ids) => ({ id: ids.trade })],
  'trades.candles': ['MEMBER', 'NOT_FOUND', (ids) => ({ id: ids.trade })],
  'trades.previewClose': ['MEMBER', 'NOT_FOUND', (ids) => ({ id: ids.trade, qty: null, limitPrice: null })],
  'trades.close': [
    'MEMBER',
    'NOT_FOUND',
    (ids) => ({ id: ids.trade, qty: null, limitPrice: null, key: key() }),
  ],
  'trades.withdrawExit': ['MEMBER', 'NOT_FOUND', (ids) => ({ id: ids.trade })],
  'users.list': ['ADMIN', 'NOTHING', () => ({})],
  'users.accounts': ['ADMIN', 'NOTHING', (ids) => ({ userId: ids.user })],
  'users.setRole': ['ADMIN', 'NOT_FOUND', (ids) => ({ id: ids.user, role: 'admin' })],
  'users.setStatus': [
    'ADMIN',
    'NOT_FOUND',
    (ids) => ({ id: ids.user, status: 'DISABLED', reason: 'not mine' }),
  ],
};
