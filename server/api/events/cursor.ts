/** Where a reader of the event log stands: `xid-id`, the id that a live stream carries. Pure. */

export interface Cursor {
  xid: string;
  id: string;
}

const SHAPE = /^(\d{1,20})-(\d{1,19})$/;

export const cursorText = ({ xid, id }: Cursor): string => `${xid}-${id}`;

/** The cursor of a stream's last id, or null when it is not one. */
export function parseCursor(text: string): Cursor | null {
  const found = SHAPE.exec(text);
  return found?.[1] && found[2] ? { xid: found[1], id: found[2] } : null;
}
