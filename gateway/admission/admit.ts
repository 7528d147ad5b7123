import type { DocumentNode, GraphQLError, OperationDefinitionNode } from 'graphql';
import type { CacheHints } from '#kit/graphql/cache-hints.ts';
import { badInput, tooExpensive } from '#kit/graphql/errors.ts';
import type { Span } from '#kit/tracing/span.ts';
import type { Viewer } from '#kit/viewer/viewer.ts';
import type { RegisteredDocuments } from '../documents/registered-documents.ts';
import { invalidOperation } from '../errors/invalid-operation.ts';
import type { CostRules } from '../limits/cost/cost-rules.ts';
import { estimatedCost } from '../limits/cost/reckon-cost.ts';
import type { ShownCost } from '../limits/cost/show-cost.ts';
import { documentLimits } from '../limits/document-limits.ts';
import { exceededByPages } from '../limits/exceeded-limit.ts';
import type { Spending } from '../limits/points/spending.ts';
import { RequestRefused } from '../server/caller.ts';
import { mayExplore } from '../viewer/may-explore.ts';
import type { AccessRules, Restriction } from '../permissions/restriction.ts';
import type { View } from '../variants/view.ts';
import type { Access } from '../variants/views.ts';
import type { GraphParams } from './graph-params.ts';
import { schemaIsNotShown } from './introspection.ts';
import { createPreparation, type PreparedOperation } from './prepare.ts';

/** A request that may be planned and executed. */
export interface AdmittedRequest {
  readonly query: string;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly operationName: string | null;
  /** Whether a released client has the document. */
  readonly registered: boolean;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Against which the document is valid. */
  readonly view: View;
  /** What it costs; null unless the caller is shown that. */
  readonly shownCost: ShownCost | null;
  /** True when it asks for the schema and nothing else: the view answers it. The engine shows the whole schema, or none. */
  readonly introspects: boolean;
  /** What is to be run instead, when the caller may not read all of it. */
  readonly restriction: Restriction | null;
  /** Seconds that its answer holds for everybody who isn't signed in, in the same channel and language; null when it is the caller's alone. */
  readonly maxAge: number | null;
}

interface Options {
  readonly access: Access;
  /** Whether everybody may ask for the schema. */
  readonly introspection: boolean;
  readonly documents: RegisteredDocuments;
  readonly viewOf: (viewer: Viewer) => View;
  readonly costRules: CostRules;
  readonly accessRules: AccessRules;
  readonly cacheHints: CacheHints;
  readonly spending: Spending;
}

/** Who makes a request, and from where. */
export interface Sender {
  readonly viewer: Viewer;
  readonly address: string;
  /** Of the request; null when nothing is traced. */
  readonly span: Span | null;
}

/** Everything between a request's parameters and its plan. Throws RequestRefused; nothing was asked of a subgraph then. */
export function createAdmission(options: Options) {
  const { access, introspection, documents, viewOf, spending } = options;
  const prepare = createPreparation(options);

  return (params: GraphParams, { viewer, address, span }: Sender): AdmittedRequest => {
    spending.begin(viewer, address);
    let judged;
    try {
      judged = judge(params, viewer, span);
    } catch (error) {
      spending.penalise(viewer, address);
      throw error;
    }
    const { cost, ...admitted } = judged;
    const estimate = estimatedCost(cost, params.variables);
    spending.pay(viewer, address, estimate);
    return { ...admitted, shownCost: mayExplore(viewer) ? { estimate, nodes: cost } : null };
  };

  function judge(params: GraphParams, viewer: Viewer, span: Span | null) {
    const { variables, operationName } = params;
    const view = viewOf(viewer);
    const invalid = (...errors: readonly GraphQLError[]) =>
      new RequestRefused(400, ...(view.explains ? errors : [invalidOperation()]));

    const { query, registered } = documentOf(params, documents);
    if (query === null || !(registered || access === 'open' || mayExplore(viewer))) throw invalid(notRegistered());
    const prepared = prepare(query, { registered, view, span });
    if (prepared.refusals) throw invalid(...prepared.refusals);
    const chosen = operationOf(prepared.operations, operationName);
    if ('problem' in chosen) throw invalid(badInput(chosen.problem));
    const { definition: operation, subject, cost, restrict } = chosen;
    if (params.readsOnly && operation.operation !== 'query') throw mutationByGet();
    const beyond = exceededByPages(prepared.measures, variables, documentLimits);
    if (beyond) throw new RequestRefused(400, tooExpensive(beyond.message));
    if (subject !== 'DATA' && !introspection && !mayExplore(viewer)) throw invalid(schemaIsNotShown());
    if (subject === 'BOTH' && !introspection) throw invalid(badInput('Ask for the schema in a request of its own.'));
    const introspects = subject === 'SCHEMA';
    const { document } = prepared;
    const restriction = restrict(viewer);
    const isShared = registered && viewer.kind === 'ANONYMOUS' && restriction === null;
    const maxAge = isShared ? chosen.maxAge : null;
    return {
      query,
      document,
      operation,
      operationName,
      registered,
      variables,
      view,
      introspects,
      restriction,
      maxAge,
      cost,
    };
  }
}

/** The text to run, and whether a released client has it; no text for a hash that nobody registered. */
function documentOf(
  { query, documentHash, operationName }: GraphParams,
  documents: RegisteredDocuments,
): { readonly query: string | null; readonly registered: boolean } {
  const known = query === undefined ? documents.byHash(documentHash ?? '') : documents.byText(query, operationName);
  return { query: known ?? query ?? null, registered: known !== null };
}

function operationOf(
  operations: readonly PreparedOperation[],
  name: string | null,
): PreparedOperation | { readonly problem: string } {
  const found = name === null ? operations : operations.filter(({ definition }) => definition.name?.value === name);
  const [operation, ...more] = found;
  if (operation && more.length === 0) return operation;
  return {
    problem:
      name === null
        ? 'operationName must say which operation of the document to run.'
        : 'operationName must be the name of an operation in the document.',
  };
}

function notRegistered(): GraphQLError {
  return badInput('This document is not registered, and your role runs registered documents only.');
}

function mutationByGet(): RequestRefused {
  return new RequestRefused(405, badInput('A request by GET changes nothing: send mutations by POST.'));
}
