/**
 * The web pages. server/http.ts runs this build inside its own HTTP server and keeps the webhook for itself.
 * Types are checked by `npm run typecheck`; the build does not repeat it.
 */
const SECURITY_HEADERS = [
  { key: 'X-Content-Type-Options', value: 'nosniff' },
  { key: 'X-Frame-Options', value: 'DENY' },
  { key: 'Referrer-Policy', value: 'same-origin' },
  { key: 'Permissions-Policy', value: 'camera=(), microphone=(), geolocation=()' },
  {
    key: 'Content-Security-Policy',
    value: "frame-ancestors 'none'; base-uri 'self'; form-action 'self'; object-src 'none'",
  },
];

/** @type {import('next').NextConfig} */
const config = {
  reactStrictMode: true,
  poweredByHeader: false,
  typescript: { ignoreBuildErrors: true, tsconfigPath: 'tsconfig.next.json' },
  serverExternalPackages: ['pg', 'pg-boss', '@node-rs/argon2', 'pino', 'rate-limiter-flexible'],
  turbopack: { root: import.meta.dirname },
  headers: async () => [{ source: '/:path*', headers: SECURITY_HEADERS }],
};

export default config;
