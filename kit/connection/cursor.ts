import { badInput } from '#kit/graphql/errors.ts';

/** The sort-field values of one row, in the order of the sort: where a page ended. */
export type CursorValues = readonly CursorValue[];
export type CursorValue = string | number | boolean | Date | null;

const longest = 2_000;

/** The values as an opaque text. Dates survive as Dates. RangeError for a number that JSON can't hold. */
export function encodeCursor(values: CursorValues): string {
  const plain = values.map((value) => {
    if (value instanceof Date) return { at: value.toISOString() };
    if (typeof value === 'number' && !Number.isFinite(value)) throw new RangeError(`${value} can't be in a cursor`);
    return value;
  });
  return Buffer.from(JSON.stringify(plain)).toString('base64url');
}

/**
 * The values of a cursor that `encodeCursor` made. A cursor comes back from the caller, so anything but a list of plain
 * values, an object with operators first of all, is BAD_USER_INPUT.
 */
export function decodeCursor(text: string): CursorValues {
  if (text.length > longest) throw badCursor();
  let plain: unknown;
  try {
    plain = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    throw badCursor();
  }
  if (!Array.isArray(plain) || plain.length === 0) throw badCursor();
  const values = plain.map(valueOf);
  if (encodeCursor(values) !== text) throw badCursor();
  return values;
}

function valueOf(plain: unknown): CursorValue {
  if (plain === null || typeof plain === 'string' || typeof plain === 'number' || typeof plain === 'boolean')
    return plain;
  const at = typeof plain === 'object' && 'at' in plain ? plain.at : null;
  const date = typeof at === 'string' ? new Date(at) : null;
  if (date === null || Number.isNaN(date.getTime())) throw badCursor();
  return date;
}

/** The one answer to every cursor that isn't ours or belongs to another list. */
export function badCursor() {
  return badInput('This cursor is not one of this list. Start again from the first page.');
}
