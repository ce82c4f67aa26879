/** How an admin's page asks: null where the person is none, and the page says so. */
import { pageActor, pageApi } from './server-api.ts';

export async function adminApi() {
  return (await pageActor()).role === 'admin' ? pageApi() : null;
}
