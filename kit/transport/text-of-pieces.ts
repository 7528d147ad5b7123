/** The text that came in pieces. Most come in one, which needs no copy. */
export function textOfPieces(pieces: readonly Buffer[]): string {
  const [first, ...more] = pieces;
  if (first === undefined) return '';
  return (more.length === 0 ? first : Buffer.concat(pieces)).toString('utf8');
}
