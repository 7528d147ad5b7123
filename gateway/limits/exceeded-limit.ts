import type { DocumentLimits, Measures } from './document-limits.ts';

/** A limit that a request is beyond. The text is for the client's author and quotes nothing but the limit. */
export interface ExceededLimit {
  readonly limit: keyof DocumentLimits;
  readonly message: string;
}

const messages: { readonly [K in keyof DocumentLimits]: (most: number) => string } = {
  tokens: (most) => `The document is too long: at most ${most} tokens.`,
  fields: (most) =>
    `The document is too long: at most ${most} fields, with fragments counted wherever they are spread.`,
  depth: (most) => `The document is too deep: at most ${most} fields inside one another.`,
  introspectionDepth: (most) => `The question about the schema is too deep: at most ${most} fields inside one another.`,
  aliases: (most) =>
    `The document has too many aliases: at most ${most}, with fragments counted wherever they are spread.`,
  directives: (most) =>
    `The document has too many directives: at most ${most}, with fragments counted wherever they are spread.`,
  pageSize: (most) => `A page is too large: "first" is at most ${most}.`,
};

/** The limit by its name. */
export function exceeded(limit: keyof DocumentLimits, limits: DocumentLimits): ExceededLimit {
  return { limit, message: messages[limit](limits[limit]) };
}

/** The first limit that a document is beyond, whatever its variables; null for none. */
export function exceededByDocument(measures: Measures, limits: DocumentLimits): ExceededLimit | null {
  const names = ['fields', 'depth', 'introspectionDepth', 'aliases', 'directives'] as const;
  const beyond = names.find((name) => measures[name] > limits[name]);
  return beyond === undefined ? null : exceeded(beyond, limits);
}

/** The limit that the pages of one request are beyond; null for none. */
export function exceededByPages(
  { pageSizes }: Measures,
  variables: Readonly<Record<string, unknown>>,
  limits: DocumentLimits,
): ExceededLimit | null {
  const tooLarge = pageSizes.some((size) => {
    if ('literal' in size) return size.literal > limits.pageSize;
    const given = variables[size.variable] ?? size.fallback;
    return typeof given === 'number' && given > limits.pageSize;
  });
  return tooLarge ? exceeded('pageSize', limits) : null;
}
