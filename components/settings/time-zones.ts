/** Time zones to choose from. Pure. */

/** Every zone that the browser knows, UTC first; what is set is among them whatever the browser knows. */
export function timeZones(set: string): { value: string; name: string }[] {
  const known = Intl.supportedValuesOf('timeZone');
  return [...new Set(['UTC', set, ...known])].map((value) => ({ value, name: value.replaceAll('_', ' ') }));
}
