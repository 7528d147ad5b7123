/** Finds who was merged into a member, where rows say so by `mergedInto`. */
export const mergedIntoIndex = {
  key: { mergedInto: 1 },
  partialFilterExpression: { mergedInto: { $type: 'string' } },
} as const;
