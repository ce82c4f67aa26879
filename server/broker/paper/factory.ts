/**
 * Wires the paper broker into a registry. Entry point: `paperFactory`.
 */
import type { Queryable } from '#server/db.ts';
import type { PortFactory } from '../registry.ts';
import type { PaperEngine } from './engine.ts';
import { accountTerms } from './terms.ts';

/** Ports of one engine; an account's terms are read with `db` (the worker's pool) when it is first used. */
export function paperFactory(engine: PaperEngine, db: Queryable): PortFactory {
  return (account) => engine.port(account.id, () => accountTerms(db, account.id));
}
