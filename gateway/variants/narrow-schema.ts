import {
  buildASTSchema,
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type GraphQLSchema,
  type InterfaceTypeDefinitionNode,
  isTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  printSchema,
  type TypeNode,
  visit,
} from 'graphql';

type Composite = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode;

/**
 * The schema without what `hidden` names (`Type`, `Type.field`, `Type.field.argument`, `Type.VALUE`), and without whatever can't be reached
 * then: a type that nothing kept leads to, a field whose type is gone. An implementation of an interface that only the interface leads to, such as a
 * reason of refusal, is kept where the description of something kept names it.
 */
export function narrowSchema(schema: GraphQLSchema, hidden: ReadonlySet<string>): GraphQLSchema {
  if (hidden.size === 0) return schema;
  let document = withoutHidden(parse(printSchema(schema)), hidden);
  for (;;) {
    const kept = reachable(document);
    const next = withoutTypes(document, (name) => kept.has(name));
    if (next.definitions.length === document.definitions.length) return buildASTSchema(next, { assumeValid: true });
    document = next;
  }
}

function withoutHidden(document: DocumentNode, hidden: ReadonlySet<string>): DocumentNode {
  return {
    ...document,
    definitions: document.definitions.flatMap((definition) => {
      if (!('name' in definition) || !definition.name) return [definition];
      const type = definition.name.value;
      if (hidden.has(type)) return [];
      const keeps = (name: string) => !hidden.has(`${type}.${name}`);
      return visit(definition, {
        FieldDefinition(field) {
          if (!keeps(field.name.value)) return null;
          const args = field.arguments?.filter((argument) => keeps(`${field.name.value}.${argument.name.value}`));
          return { ...field, arguments: args ?? [] };
        },
        InputValueDefinition: (value, _key, parent) =>
          Array.isArray(parent) && definition.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION && !keeps(value.name.value)
            ? null
            : undefined,
        EnumValueDefinition: (value) => (keeps(value.name.value) ? undefined : null),
      }) as DefinitionNode;
    }),
  };
}

/** The document with the types that are kept, and without the fields that lead to others or types that lost all of theirs. */
function withoutTypes(document: DocumentNode, keeps: (name: string) => boolean): DocumentNode {
  const builtIn = new Set(['String', 'Int', 'Float', 'Boolean', 'ID']);
  const fits = (type: TypeNode): boolean => {
    const name = nameOf(type);
    return builtIn.has(name) || keeps(name);
  };
  const definitions = document.definitions.flatMap((definition): DefinitionNode[] => {
    if (!isTypeDefinitionNode(definition)) return [definition];
    if (!keeps(definition.name.value)) return [];
    if (definition.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION) {
      return [{ ...definition, fields: definition.fields?.filter((field) => fits(field.type)) ?? [] }];
    }
    if (!isComposite(definition)) return [definition];
    const fields = (definition.fields ?? [])
      .filter((field) => fits(field.type))
      .map((field) => ({ ...field, arguments: field.arguments?.filter((argument) => fits(argument.type)) ?? [] }));
    return fields.length === 0 ? [] : [{ ...definition, fields } as DefinitionNode];
  });
  return { ...document, definitions };
}

/** The names of the types that the roots lead to. */
function reachable(document: DocumentNode): Set<string> {
  const types = new Map(document.definitions.filter(isTypeDefinitionNode).map((type) => [type.name.value, type]));
  const kept = new Set<string>();
  const waiting = ['Query', 'Mutation', 'Subscription'];
  const texts: string[] = [];
  const enter = (type: TypeNode): void => void waiting.push(nameOf(type));
  const enterField = ({ type, arguments: args = [], description }: FieldDefinitionNode): void => {
    enter(type);
    for (const argument of args) enter(argument.type);
    if (description) texts.push(description.value);
  };
  for (;;) {
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      const type = types.get(name);
      if (!type || kept.has(name)) continue;
      kept.add(name);
      if (type.description) texts.push(type.description.value);
      if (isComposite(type)) type.fields?.forEach(enterField);
      if (type.kind === Kind.OBJECT_TYPE_DEFINITION) type.interfaces?.forEach(enter);
      if (type.kind === Kind.UNION_TYPE_DEFINITION) type.types?.forEach(enter);
      if (type.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION) type.fields?.forEach((field) => enter(field.type));
    }
    const words = new Set(texts.splice(0).flatMap((text) => text.match(/\w+/g) ?? []));
    for (const type of types.values()) {
      const { value: name } = type.name;
      if (type.kind === Kind.OBJECT_TYPE_DEFINITION && type.interfaces?.length && !kept.has(name) && words.has(name))
        waiting.push(name);
    }
    if (waiting.length === 0) return kept;
  }
}

function isComposite(definition: DefinitionNode): definition is Composite {
  return definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.INTERFACE_TYPE_DEFINITION;
}

function nameOf(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : nameOf(type.type);
}
