import { termWeights } from '../domain/listing-query.ts';

/** Adds `relevance`: the number of terms, plus the weight of the place for every term found in a better one than the description. */
export function relevanceStage(terms: readonly string[]) {
  const literal = { $literal: terms };
  const found = Object.entries(termWeights).map(([field, weight]) => ({
    $multiply: [weight, { $size: { $setIntersection: [`$${field}`, literal] } }],
  }));
  return { $set: { relevance: { $add: [terms.length, ...found] } } };
}
