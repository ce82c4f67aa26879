/**
 * Structured logs on standard output, one JSON object a line, secrets never among them.
 *
 * Entry points: createLogger, Logger. Bind the ids that a line speaks of: `log.child({ signalId, orderId })`.
 */
import pino from 'pino';

export type Logger = pino.Logger;

/** Field names whose values are replaced, at the top and one or two levels down. */
const SECRET_FIELDS = [
  'password',
  'passwordHash',
  'password_hash',
  'token',
  'tokenHash',
  'token_hash',
  'secret',
  'bodySecret',
  'totp',
  'totpSecret',
  'apiKey',
  'apiSecret',
  'authorization',
  'cookie',
  'set-cookie',
  'databaseUrl',
  'connectionString',
];

/** A token in a webhook's path and a password in a connection string. */
const IN_TEXT: readonly [RegExp, string][] = [
  [/(\/api\/webhook\/)[\w-]{6,}/g, '$1[redacted]'],
  [/(postgres(?:ql)?:\/\/[^:/\s]+:)[^@\s]+@/g, '$1[redacted]@'],
];

/** Removes secrets from a text that goes into a log. */
export function redactText(text: string): string {
  return IN_TEXT.reduce((result, [pattern, instead]) => result.replace(pattern, instead), text);
}

/** A logger of one process. `level` is one of fatal, error, warn, info, debug, trace, silent. */
export function createLogger(name: string, level = 'info', destination?: pino.DestinationStream): Logger {
  const options: pino.LoggerOptions = {
    name,
    level,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: {
      paths: SECRET_FIELDS.flatMap((field) => [`["${field}"]`, `*["${field}"]`, `*.*["${field}"]`]),
      censor: '[redacted]',
    },
    hooks: { streamWrite: redactText },
  };
  return destination ? pino(options, destination) : pino(options);
}
