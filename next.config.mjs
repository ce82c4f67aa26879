/**
 * The web pages. server/http.ts runs this build inside its own HTTP server and keeps the webhook for itself.
 * Security headers are set there too (server/secure-request.ts), on every answer alike.
 * Types are checked by `npm run typecheck`; the build does not repeat it.
 */
/** @type {import('next').NextConfig} */
const config = {
  reactStrictMode: true,
  poweredByHeader: false,
  typescript: { ignoreBuildErrors: true, tsconfigPath: 'tsconfig.next.json' },
  serverExternalPackages: ['pg', 'pg-boss', '@node-rs/argon2', 'pino', 'rate-limiter-flexible'],
  turbopack: { root: import.meta.dirname },
};

export default config;
