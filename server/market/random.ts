/**
 * Seeded randomness addressed by key, so that a step's numbers depend on nothing that came before.
 *
 * Entry points: `seedOf`, `uniform`, `normal`. Pure. The mixer is the finaliser of MurmurHash3 (A. Appleby,
 * public domain) over 32-bit words; Box–Muller turns two uniforms into a normal.
 */

/** A 32-bit seed from texts, order-sensitive (FNV-1a, then mixed). */
export function seedOf(...texts: readonly string[]): number {
  let hash = 0x811c9dc5;
  for (const text of texts) {
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    hash = Math.imul(hash ^ 0xff, 0x01000193);
  }
  return mix(hash);
}

/** A number in [0, 1) for (seed, step, lane); step may exceed 32 bits. */
export function uniform(seed: number, step: number, lane: number): number {
  const low = step >>> 0;
  const high = Math.floor(step / 4_294_967_296) >>> 0;
  const word = mix(mix(mix(seed ^ low) ^ high) ^ Math.imul(lane + 1, 0x9e3779b1));
  return word / 4_294_967_296;
}

/** A standard normal number for (seed, step, lane); takes lanes `lane` and `lane + 1`. */
export function normal(seed: number, step: number, lane: number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - uniform(seed, step, lane)));
  return radius * Math.cos(2 * Math.PI * uniform(seed, step, lane + 1));
}

function mix(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
