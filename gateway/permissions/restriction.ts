import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLError,
  type GraphQLNamedType,
  type GraphQLSchema,
  isAbstractType,
  Kind,
  type OperationDefinitionNode,
  print,
  type SelectionNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { createDocumentCache } from '#kit/graphql/document-cache.ts';
import { denialOf, permits, type Rule } from '#kit/graphql/rules.ts';
import type { Viewer } from '#kit/viewer/viewer.ts';

/** The rules of the graph's fields, by coordinate, as composition wrote them. */
export type AccessRules = Readonly<Record<string, Rule>>;

/** What is left of an operation for a viewer who may not read all of it. */
export interface Restriction {
  /** The operation without what is denied; null when no field is left that somebody would have to be asked for. */
  readonly query: string | null;
  /** The coordinates that are denied, with what is said about each. */
  readonly denied: ReadonlyMap<string, GraphQLError>;
}

/** Null when the viewer may read all of it. */
export type Restrict = (viewer: Viewer) => Restriction | null;

/** Under which an object says its type to those who complete the answer. */
export const typeKey = 'fullchain__typename';

const typeOfIt: FieldNode = {
  kind: Kind.FIELD,
  alias: { kind: Kind.NAME, value: typeKey },
  name: { kind: Kind.NAME, value: '__typename' },
};
/** Viewers who differ in what they may; there are as many as there are combinations of scopes. */
const viewersKept = 64;

/**
 * Prepares an operation for being asked by those who may not read all of it. For whoever may, each guarded field in it costs a comparison; what is left for the others is
 * written once for each set of scopes.
 */
export function compileRestriction(
  operation: OperationDefinitionNode,
  document: DocumentNode,
  { schema, rules }: { readonly schema: GraphQLSchema; readonly rules: AccessRules },
): Restrict {
  const guards = guardsIn(reachable(operation, document), schema, rules);
  if (guards.length === 0) return () => null;
  const known = createDocumentCache<Restriction>(viewersKept);
  return (viewer) => {
    if (guards.every(([, rule]) => permits(rule, viewer))) return null;
    const key = viewer.kind === 'ANONYMOUS' ? 'nobody' : `somebody ${viewer.scopes.join(' ')}`;
    const before = known.get(key);
    if (before) return before;
    const denied = new Map(
      guards.flatMap(([at, rule]) => {
        const denial = denialOf(rule, viewer);
        return denial ? [[at, denial] as const] : [];
      }),
    );
    const fresh = { query: without(denied, operation, document, schema), denied };
    known.set(key, fresh);
    return fresh;
  };
}

/** The guarded fields that the definitions select, each once. */
function guardsIn(document: DocumentNode, schema: GraphQLSchema, rules: AccessRules): [string, Rule][] {
  const found = new Map<string, Rule>();
  const types = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(types, {
      Field({ name }) {
        for (const at of coordinatesOf(name.value, types.getParentType(), schema)) {
          const rule = rules[at];
          if (rule && rule.kind !== 'PUBLIC') found.set(at, rule);
        }
      },
    }),
  );
  return [...found];
}

/** Where the field stands: on its type, or on every type that the interface or union may be. */
export function coordinatesOf(
  field: string,
  parent: GraphQLNamedType | null | undefined,
  schema: GraphQLSchema,
): string[] {
  if (!parent) return [];
  const types = isAbstractType(parent) ? schema.getPossibleTypes(parent) : [parent];
  return types.map(({ name }) => `${name}.${field}`);
}

function without(
  denied: ReadonlyMap<string, unknown>,
  operation: OperationDefinitionNode,
  document: DocumentNode,
  schema: GraphQLSchema,
): string | null {
  const types = new TypeInfo(schema);
  const restricted = visit(
    reachable(operation, document),
    visitWithTypeInfo(types, {
      SelectionSet(set) {
        const parent = types.getParentType();
        const kept = set.selections.flatMap((selection) =>
          selection.kind === Kind.FIELD && parent ? permittedForms(selection, parent, denied, schema) : [selection],
        );
        return { ...set, selections: kept.length === 0 || isAbstractType(parent) ? [...kept, typeOfIt] : kept };
      },
    }),
  );
  const [rest, ...fragments] = restricted.definitions as readonly [
    OperationDefinitionNode,
    ...FragmentDefinitionNode[],
  ];
  const left = reachable(rest, { kind: Kind.DOCUMENT, definitions: [rest, ...fragments] });
  return asksForSomething(left) ? print(withUsedVariables(left)) : null;
}

/** The field as it may be read: as it is, not at all, or on those types of an interface on which it may. */
function permittedForms(
  field: FieldNode,
  parent: GraphQLCompositeType,
  denied: ReadonlyMap<string, unknown>,
  schema: GraphQLSchema,
): SelectionNode[] {
  const coordinates = coordinatesOf(field.name.value, parent, schema);
  const open = coordinates.filter((at) => !denied.has(at));
  if (open.length === coordinates.length) return [field];
  return open.map((at) => ({
    kind: Kind.INLINE_FRAGMENT,
    typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: at.slice(0, at.indexOf('.')) } },
    selectionSet: { kind: Kind.SELECTION_SET, selections: [field] },
  }));
}

/** The operation with the fragments that it spreads, first or last. */
export function reachable(operation: OperationDefinitionNode, { definitions }: DocumentNode): DocumentNode {
  const fragments = new Map(
    definitions.flatMap((each) => (each.kind === Kind.FRAGMENT_DEFINITION ? [[each.name.value, each] as const] : [])),
  );
  const kept = new Set<FragmentDefinitionNode>();
  const enter = (definition: OperationDefinitionNode | FragmentDefinitionNode): void => {
    visit(definition, {
      FragmentSpread({ name }) {
        const fragment = fragments.get(name.value);
        if (!fragment || kept.has(fragment)) return;
        kept.add(fragment);
        enter(fragment);
      },
    });
  };
  enter(operation);
  return { kind: Kind.DOCUMENT, definitions: [operation, ...kept] };
}

function asksForSomething(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    Field({ name }) {
      if (name.value !== '__typename') found = true;
    },
  });
  return found;
}

/** A variable that nothing takes any more makes a document invalid. */
function withUsedVariables(document: DocumentNode): DocumentNode {
  const used = new Set<string>();
  visit(document, { VariableDefinition: () => false, Variable: ({ name }) => void used.add(name.value) });
  return visit(document, {
    VariableDefinition: ({ variable }) => (used.has(variable.name.value) ? undefined : null),
  });
}
