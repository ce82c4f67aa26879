/** The address under which this installation is reached from outside, as its pages show it. */
import { headers } from 'next/headers';

export interface PublicPlace {
  /** Without a slash at its end. */
  url: string;
  /** LOCKSTEP_PUBLIC_URL names a public address: senders on the internet can reach it. Otherwise it is that of this visit. */
  isPublic: boolean;
}

/** Names and networks that nobody outside reaches. */
const LOCAL = /^(localhost|127\.|0\.0\.0\.0|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.|\[)/;

export async function publicUrl(): Promise<PublicPlace> {
  const set = process.env.LOCKSTEP_PUBLIC_URL;
  if (set && !LOCAL.test(new URL(set).hostname)) return { url: set.replace(/\/$/, ''), isPublic: true };
  const asked = await headers();
  const protocol = asked.get('x-forwarded-proto') === 'https' ? 'https' : 'http';
  return { url: `${protocol}://${asked.get('host') ?? 'localhost:3000'}`, isPublic: false };
}
