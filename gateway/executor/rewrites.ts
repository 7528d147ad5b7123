import type { FetchDataRewrite } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';
import { own, put, type JsonObject } from './json.ts';
import { isOfType } from './type-conditions.ts';

/** Changes what is sent to a subgraph or came from it, in place. */
export type Rewrite = (value: unknown) => void;

const onType = '... on ';

/** Compiles the rewrites of a fetch; null without any. */
export function compileRewrites(
  schema: GraphQLSchema,
  rewrites: readonly FetchDataRewrite[] | undefined,
): Rewrite | null {
  if (rewrites === undefined || rewrites.length === 0) return null;
  const compiled = rewrites.map((rewrite) => at(schema, rewrite.path.slice(0, -1), change(rewrite)));
  return (value) => {
    for (const rewrite of compiled) rewrite(value);
  };
}

function change(rewrite: FetchDataRewrite): (object: JsonObject) => void {
  const name = rewrite.path.at(-1) ?? '';
  if (rewrite.kind === 'ValueSetter') return (object) => put(object, name, rewrite.setValueTo);
  return (object) => {
    const value = own(object, name);
    if (!value) return;
    put(object, rewrite.renameKeyTo, value);
    put(object, name, undefined);
  };
}

function at(schema: GraphQLSchema, path: readonly string[], apply: (object: JsonObject) => void): Rewrite {
  const [first, ...rest] = path;
  const step = first === undefined ? apply : descend(schema, first, at(schema, rest, apply));
  const rewrite: Rewrite = (value) => {
    if (Array.isArray(value)) for (const each of value) rewrite(each);
    else if (typeof value === 'object' && value !== null) step(value as JsonObject);
  };
  return rewrite;
}

function descend(schema: GraphQLSchema, step: string, below: Rewrite): (object: JsonObject) => void {
  if (!step.startsWith(onType)) return (object) => below(own(object, step));
  const applies = isOfType(schema, step.slice(onType.length));
  // An object that doesn't name its type was asked for by nothing else than this condition.
  return (object) => {
    if (!object['__typename'] || applies(object['__typename'])) below(object);
  };
}
