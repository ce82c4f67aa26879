import { encode } from 'uqr';

/** Modules of quiet around the code, as its standard asks; without them a camera finds no edge. */
const QUIET_MODULES = 4;

/**
 * Text as a code for a camera: one path of an inline SVG. Black on white in both themes, since many cameras do not read
 * an inverted code, and its quiet zone stays white with it.
 */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { data, size } = encode(text, { ecc: 'M', border: QUIET_MODULES });
  const dark = data.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])));
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
      className="size-[196px] rounded-[7px] border border-line"
    >
      <rect width={size} height={size} fill="#fff" />
      <path d={dark.join('')} fill="#000" />
    </svg>
  );
}
