import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  concatAST,
  type DocumentNode,
  getNamedType,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
  type GraphQLError,
  isEnumType,
  isInputObjectType,
  NoUnusedFragmentsRule,
  parse,
  Source,
  specifiedRules,
  TypeInfo,
  typeFromAST,
  validate,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { manifestFolder } from '../codegen/manifests.ts';

/** The documents of one client: those of one folder, which may share fragments. */
export interface RegisteredDocuments {
  readonly folder: string;
  readonly document: DocumentNode;
}

const patterns = ['e2e/operations/**/*.graphql', 'clients/**/*.graphql', 'explorer/samples/*.graphql'];
// A client may keep a fragment for later.
const rules = specifiedRules.filter((rule) => rule !== NoUnusedFragmentsRule);

/** Every operation that a client of ours sends. Throws a GraphQLError naming the file for a syntax error. */
export function readRegisteredDocuments(root: string): RegisteredDocuments[] {
  const folders = new Map<string, DocumentNode[]>();
  for (const path of globSync(patterns, { cwd: root }).toSorted()) {
    const document = parse(new Source(readFileSync(join(root, path), 'utf8'), path));
    folders.set(dirname(path), [...(folders.get(dirname(path)) ?? []), document]);
  }
  return [...folders]
    .map(([folder, documents]) => ({ folder, document: concatAST(documents) }))
    .concat(readReleasedDocuments(root));
}

/** The documents of released clients, which live on in old versions of them. */
function readReleasedDocuments(root: string): RegisteredDocuments[] {
  return globSync(`${manifestFolder}/*.json`, { cwd: root })
    .toSorted()
    .flatMap((path) => {
      const texts = Object.values(JSON.parse(readFileSync(join(root, path), 'utf8')) as Record<string, string>);
      return texts.map((text) => ({ folder: path, document: parse(new Source(text, path)) }));
    });
}

/** One line for everything in the documents that the schema can't answer. */
export function invalidDocuments(schema: GraphQLSchema, registered: readonly RegisteredDocuments[]): string[] {
  return registered.flatMap(({ document }) =>
    validate(schema, document, rules, { maxErrors: 100 }).map((error) => `${placeOf(error)}: ${error.message}`),
  );
}

/**
 * Coordinates that the documents rely on: `Type`, `Type.field` and `Type.field.argument` as selected, and everything in
 * the input types and enums they send or receive, because those travel in variables and answers.
 */
export function usedCoordinates(schema: GraphQLSchema, registered: readonly RegisteredDocuments[]): Set<string> {
  const used = new Set<string>();
  const typeInfo = new TypeInfo(schema);
  for (const { document } of registered) {
    visit(
      document,
      visitWithTypeInfo(typeInfo, {
        Field(node) {
          const parent = typeInfo.getParentType();
          const type = getNamedType(typeInfo.getType() ?? undefined);
          if (parent) used.add(parent.name).add(`${parent.name}.${node.name.value}`);
          for (const argument of node.arguments ?? [])
            used.add(`${parent?.name}.${node.name.value}.${argument.name.value}`);
          addType(type, used);
        },
        VariableDefinition(node) {
          addType(getNamedType(typeFromAST(schema, node.type as never) as GraphQLInputType | undefined), used);
        },
      }),
    );
  }
  return used;
}

function addType(type: GraphQLNamedType | undefined, used: Set<string>): void {
  if (!type) return;
  const isNew = !used.has(type.name);
  used.add(type.name);
  if (isEnumType(type)) for (const { name } of type.getValues()) used.add(`${type.name}.${name}`);
  if (!isInputObjectType(type) || (!isNew && used.has(`${type.name}.*`))) return;
  used.add(`${type.name}.*`);
  for (const field of Object.values(type.getFields())) {
    used.add(`${type.name}.${field.name}`);
    addType(getNamedType(field.type), used);
  }
}

function placeOf(error: GraphQLError): string {
  const [location] = error.locations ?? [];
  return `${error.source?.name ?? 'a document'}:${location?.line ?? 0}`;
}
