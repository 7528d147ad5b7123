/** What older clients expect; also the answer to those that name nothing. */
export const jsonType = 'application/json; charset=utf-8';
const graphqlType = 'application/graphql-response+json; charset=utf-8';

/** The media types of an answer, by the range of an `accept` header that admits them. */
const typesByRange: ReadonlyMap<string, string> = new Map([
  ['application/graphql-response+json', graphqlType],
  ['application/json', jsonType],
  ['application/*', jsonType],
  ['*/*', jsonType],
]);

/** The media type in which a client wants its answer: the one it weighs most, the first of those it weighs the same; null when it takes none of ours. */
export function mediaTypeOf(accept: string | undefined): string | null {
  if (accept === undefined || accept.trim() === '') return jsonType;
  let best: { type: string | null; weight: number } = { type: null, weight: 0 };
  for (const range of accept.slice(0, 1000).split(',')) {
    const [name = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const type = typesByRange.get(name);
    const quality = parameters.find((parameter) => parameter.startsWith('q='));
    const weight = quality === undefined ? 1 : Number(quality.slice(2));
    if (type && weight > best.weight) best = { type, weight };
  }
  return best.type;
}
