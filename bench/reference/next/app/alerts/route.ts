/** The reference of the webhook: a bare Next route with one INSERT. */
import pg from 'pg';

const shared = globalThis as typeof globalThis & { benchPool?: pg.Pool };
shared.benchPool ??= new pg.Pool({ connectionString: process.env.DATABASE_URL_WEB, max: 20 });
const pool = shared.benchPool;

export const dynamic = 'force-dynamic';

export async function POST(request: Request): Promise<Response> {
  const { rows } = await pool.query<{ id: string }>(
    'insert into bench.alerts (body) values ($1) returning id',
    [await request.text()],
  );
  return Response.json({ id: rows[0]?.id });
}
