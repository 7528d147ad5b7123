import mongoose from 'mongoose';

/** The query operators that code of ours may use on a field. A text search by regular expression is left out on purpose. */
export interface FieldOperators {
  readonly $eq?: unknown;
  readonly $ne?: unknown;
  readonly $gt?: unknown;
  readonly $gte?: unknown;
  readonly $lt?: unknown;
  readonly $lte?: unknown;
  readonly $in?: readonly unknown[];
  readonly $nin?: readonly unknown[];
  readonly $all?: readonly unknown[];
  readonly $exists?: boolean;
  readonly $size?: number;
  /** A filter on one element of an array. Operators inside it need their own `trusted(...)`. */
  readonly $elemMatch?: object;
  /** Operators to negate, written out like these. */
  readonly $not?: object;
}

const allowed = new Set([
  '$eq',
  '$ne',
  '$gt',
  '$gte',
  '$lt',
  '$lte',
  '$in',
  '$nin',
  '$all',
  '$exists',
  '$size',
  '$elemMatch',
  '$not',
]);

/**
 * Says that these operators were written by us and did not come with a request: `{ price: trusted({ $gte: 100 }) }`.
 * Without it every operator in a filter is compared as a plain value (see `defineModel`), so a forgotten `trusted` finds
 * nothing; it never finds too much. Write the operators out at the call: `trusted(input.filter)` would defeat its purpose.
 * @throws TypeError for an operator that is not in {@link FieldOperators}.
 */
export function trusted<Operators extends FieldOperators>(operators: Operators): Operators {
  for (const [operator, operand] of Object.entries(operators)) {
    if (!allowed.has(operator)) throw new TypeError(`trusted() does not allow ${operator}.`);
    if (operator === '$elemMatch') mongoose.sanitizeFilter(operand);
  }
  return mongoose.trusted(operators) as Operators;
}

/**
 * The same for a whole aggregation expression: `{ $expr: trustedExpression({ $lt: ['$used', '$limit'] }) }`.
 * A value from a request inside it needs `{ $literal: value }`, or a text like `$limit` would be read as a field.
 */
export function trustedExpression<Expression extends object>(expression: Expression): Expression {
  return mongoose.trusted(expression) as Expression;
}
