/** The header in which server/secure-request.ts hands the root layout the nonce of its answer. */
export const NONCE_HEADER = 'x-nonce';
