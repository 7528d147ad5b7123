import { type DocumentNode, GraphQLError, Kind, type OperationDefinitionNode, parse, validate } from 'graphql';
import { createDocumentCache } from '#kit/graphql/document-cache.ts';
import { tooExpensive } from '#kit/graphql/errors.ts';
import { hasMoreTokensThan } from '../limits/count-tokens.ts';
import { documentLimits, type Measures } from '../limits/document-limits.ts';
import { exceeded, exceededByDocument } from '../limits/exceeded-limit.ts';
import { measureDocument } from '../limits/measure-document.ts';
import { subjectOf, type Subject } from './introspection.ts';
import type { View } from '../variants/view.ts';

/** One operation of a document. */
export interface PreparedOperation {
  readonly definition: OperationDefinitionNode;
  readonly subject: Subject;
}

/** What is known of a document before anybody sends it: it is found out once. */
export type Prepared =
  | { readonly refusals: readonly GraphQLError[] }
  | {
      readonly refusals: null;
      readonly document: DocumentNode;
      readonly operations: readonly PreparedOperation[];
      readonly measures: Measures;
    };

/** What a view has against a document; no errors when it can be run there. */
type Verdicts = WeakMap<View, readonly GraphQLError[]>;

const documentsKept = 2000;
/** A client's author mends one mistake after the other; a stranger gets no more work out of us. */
const errorsShown = 5;

/**
 * Reads documents and judges them: first by their size, which needs no schema, then against a view. Each distinct text is read once,
 * and judged once for each view.
 */
export function createPreparation() {
  const known = createDocumentCache<{ prepared: Prepared; verdicts: Verdicts }>(documentsKept);

  function entryOf(text: string, registered: boolean) {
    const entry = known.get(text);
    if (entry) return entry;
    const fresh = { prepared: prepare(text, registered), verdicts: new WeakMap() as Verdicts };
    known.set(text, fresh);
    return fresh;
  }

  return (text: string, { registered, view }: { registered: boolean; view: View }): Prepared => {
    const { prepared, verdicts } = entryOf(text, registered);
    if (prepared.refusals) return prepared;
    let errors = verdicts.get(view);
    if (!errors) {
      errors = validate(view.schema, prepared.document, undefined, {
        maxErrors: errorsShown,
        hideSuggestions: !view.suggests,
      }).map((error) => withCode(error, 'GRAPHQL_VALIDATION_FAILED'));
      verdicts.set(view, errors);
    }
    return errors.length > 0 ? { refusals: errors } : prepared;
  };
}

/** Documents of our own clients were measured when they were registered; the others are held to the limits. */
function prepare(text: string, registered: boolean): Prepared {
  try {
    if (!registered && hasMoreTokensThan(documentLimits.tokens, text)) {
      return { refusals: [tooExpensive(exceeded('tokens', documentLimits).message)] };
    }
    const document = parse(text);
    const measures = measureDocument(document);
    const beyond = registered ? null : exceededByDocument(measures, documentLimits);
    if (beyond) return { refusals: [tooExpensive(beyond.message)] };
    return {
      refusals: null,
      document,
      operations: document.definitions
        .filter((definition) => definition.kind === Kind.OPERATION_DEFINITION)
        .map((definition) => ({ definition, subject: subjectOf(definition, document) })),
      measures,
    };
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    return { refusals: [withCode(error, 'GRAPHQL_PARSE_FAILED')] };
  }
}

function withCode(error: GraphQLError, code: string): GraphQLError {
  return new GraphQLError(error.message, {
    nodes: error.nodes,
    source: error.source,
    positions: error.positions,
    extensions: { code },
  });
}
