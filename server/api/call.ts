/** Calls one SQL function that answers with one value. Function names come from the code, never from outside. */
import { one, type Queryable } from '#server/db.ts';

/** `call(client, 'fn.strategy_create', [settings])`: the function's result, unchecked. */
export async function call(db: Queryable, name: `fn.${string}`, args: readonly unknown[]): Promise<unknown> {
  const places = args.map((_, index) => `$${index + 1}`).join(', ');
  return (await one<{ result: unknown }>(db, `select ${name}(${places}) as result`, [...args])).result;
}
