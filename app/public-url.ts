/** The address under which this installation is reached from outside, as its pages show it. */
import { headers } from 'next/headers';

export interface PublicPlace {
  /** Without a slash at its end. */
  url: string;
  /** LOCKSTEP_PUBLIC_URL is set: senders on the internet can reach it. Otherwise it is the address of this visit. */
  isPublic: boolean;
}

export async function publicUrl(): Promise<PublicPlace> {
  const set = process.env.LOCKSTEP_PUBLIC_URL;
  if (set) return { url: set.replace(/\/$/, ''), isPublic: true };
  const asked = await headers();
  const protocol = asked.get('x-forwarded-proto') === 'https' ? 'https' : 'http';
  return { url: `${protocol}://${asked.get('host') ?? 'localhost:3000'}`, isPublic: false };
}
