export const dynamic = 'force-dynamic';

/** The process answers. Says nothing about what it depends on: that is /api/ready. */
export const GET = () => Response.json({ ok: true });
