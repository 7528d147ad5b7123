import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  parse,
  validate,
} from 'graphql';
import type { CacheHints } from '#kit/graphql/cache-hints.ts';
import { createDocumentCache } from '#kit/graphql/document-cache.ts';
import { tooExpensive } from '#kit/graphql/errors.ts';
import { asStepOf } from '#kit/tracing/current-span.ts';
import { compileMaxAge } from '../caching/cache-policy.ts';
import { compileCost, type CostNode } from '../limits/cost/compile-cost.ts';
import type { CostRules } from '../limits/cost/cost-rules.ts';
import { hasMoreTokensThan } from '../limits/count-tokens.ts';
import { documentLimits, type Measures } from '../limits/document-limits.ts';
import { exceeded, exceededByDocument } from '../limits/exceeded-limit.ts';
import { measureDocument } from '../limits/measure-document.ts';
import { type AccessRules, compileRestriction, type Restrict } from '../permissions/restriction.ts';
import type { Span } from '#kit/tracing/span.ts';
import type { View } from '../variants/view.ts';
import { subjectOf, type Subject } from './introspection.ts';

/** One operation of a document that can be run. */
export interface PreparedOperation {
  readonly definition: OperationDefinitionNode;
  readonly subject: Subject;
  /** By which its cost is reckoned. */
  readonly cost: readonly CostNode[];
  /** What is left of it for those who may not read all of it. */
  readonly restrict: Restrict;
  /** Seconds that the whole answer holds for everybody who isn't signed in; null when it may not be kept. */
  readonly maxAge: number | null;
}

/** What is known of a document before anybody sends it. */
export type Prepared =
  | { readonly refusals: readonly GraphQLError[] }
  | {
      readonly refusals: null;
      readonly document: DocumentNode;
      readonly operations: readonly PreparedOperation[];
      readonly measures: Measures;
    };

/** A document that was read, before any schema is asked. */
type ReadDocument =
  | { readonly refusals: readonly GraphQLError[] }
  | { readonly refusals: null; readonly document: DocumentNode; readonly measures: Measures };

/** What is known of the graph's fields. */
export interface PreparationRules {
  readonly costRules: CostRules;
  readonly accessRules: AccessRules;
  readonly cacheHints: CacheHints;
}

/** How a document was sent. */
interface Asked {
  readonly registered: boolean;
  /** Of whoever sent it. */
  readonly view: View;
  /** Of the request; null when nothing is traced. */
  readonly span: Span | null;
}

const documentsKept = 2000;
/** A client's author mends one mistake after the other; a stranger gets no more work out of us. */
const errorsShown = 5;

/**
 * Reads documents and judges them: first by their size, which needs no schema, then against a view. Each distinct text is read once,
 * and judged once for each view.
 */
export function createPreparation(rules: PreparationRules) {
  const known = createDocumentCache<{ read: ReadDocument; judged: WeakMap<View, Prepared> }>(documentsKept);

  return (text: string, { registered, view, span }: Asked): Prepared => {
    let entry = known.get(text);
    if (!entry) {
      entry = { read: asStepOf(span, 'parse', () => readDocument(text, registered)), judged: new WeakMap() };
      known.set(text, entry);
    }
    const { read } = entry;
    if (read.refusals) return read;
    let prepared = entry.judged.get(view);
    if (!prepared) {
      prepared = asStepOf(span, 'validate', () => judge(read, view, rules));
      entry.judged.set(view, prepared);
    }
    return prepared;
  };
}

/** Documents of our own clients were measured when they were registered; the others are held to the limits. */
function readDocument(text: string, registered: boolean): ReadDocument {
  try {
    if (!registered && hasMoreTokensThan(documentLimits.tokens, text)) {
      return { refusals: [tooExpensive(exceeded('tokens', documentLimits).message)] };
    }
    const document = parse(text);
    const measures = measureDocument(document);
    const beyond = registered ? null : exceededByDocument(measures, documentLimits);
    return beyond ? { refusals: [tooExpensive(beyond.message)] } : { refusals: null, document, measures };
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    return { refusals: [withCode(error, 'GRAPHQL_PARSE_FAILED')] };
  }
}

function judge(
  { document, measures }: { document: DocumentNode; measures: Measures },
  { schema, suggests }: View,
  { costRules, accessRules, cacheHints }: PreparationRules,
): Prepared {
  const errors = [
    ...withoutRoot(document, schema),
    ...validate(schema, document, undefined, { maxErrors: errorsShown, hideSuggestions: !suggests }),
  ];
  if (errors.length > 0) return { refusals: errors.map((error) => withCode(error, 'GRAPHQL_VALIDATION_FAILED')) };
  const operations = document.definitions
    .filter((definition) => definition.kind === Kind.OPERATION_DEFINITION)
    .map((definition) => ({
      definition,
      subject: subjectOf(definition, document),
      cost: compileCost(definition, document, { schema, rules: costRules }),
      restrict: compileRestriction(definition, document, { schema, rules: accessRules }),
      maxAge: compileMaxAge(definition, document, { schema, hints: cacheHints }),
    }));
  return { refusals: null, document, operations, measures };
}

/** Validation has nothing to say about an operation of a kind that the schema lacks, such as a subscription. */
function withoutRoot(document: DocumentNode, schema: GraphQLSchema): GraphQLError[] {
  return document.definitions.flatMap((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION && !schema.getRootType(definition.operation)
      ? [new GraphQLError(`There is no ${definition.operation} in this graph.`, { nodes: definition })]
      : [],
  );
}

function withCode(error: GraphQLError, code: string): GraphQLError {
  return new GraphQLError(error.message, {
    nodes: error.nodes,
    source: error.source,
    positions: error.positions,
    extensions: { code },
  });
}
