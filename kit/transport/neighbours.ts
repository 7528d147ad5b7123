import { z } from 'zod';
import type { SubgraphName } from '#kit/events/events.ts';
import { badInput } from '#kit/graphql/errors.ts';
import { NeighbourError } from './neighbour-error.ts';
import type { Call, Transport } from './call.ts';

/** What goes into an internal operation and what comes out: JSON-shaped, so that it is the same in process and over HTTP. */
export interface OperationContract<In extends z.ZodType = z.ZodType, Out extends z.ZodType = z.ZodType> {
  readonly input: In;
  readonly output: Out;
}
export type OperationContracts = Readonly<Record<string, OperationContract>>;

/** The doors one subgraph opens to its neighbours. */
export interface Operations<Contracts extends OperationContracts = OperationContracts> {
  readonly target: SubgraphName;
  readonly contracts: Contracts;
}

/** A neighbour as its callers see it: one function per operation, each throwing `NeighbourError` when there is no answer. */
export type Neighbour<Ops> =
  Ops extends Operations<infer Contracts>
    ? {
        readonly [Name in keyof Contracts]: (
          input: z.input<Contracts[Name]['input']>,
          call: Call,
        ) => Promise<z.output<Contracts[Name]['output']>>;
      }
    : never;

/** The owner's side: one handler per operation, with the input already validated. */
export type OperationHandlers<Ops> =
  Ops extends Operations<infer Contracts>
    ? {
        readonly [Name in keyof Contracts]: (
          input: z.output<Contracts[Name]['input']>,
          call: Call,
        ) => Promise<z.input<Contracts[Name]['output']>>;
      }
    : never;

/** Operations with their handlers, ready to be called by name. */
export interface ProvidedOperations {
  readonly target: SubgraphName;
  readonly names: readonly string[];
  /** Runs one operation. Throws BAD_USER_INPUT for an unknown name or an input that breaks the contract. */
  run(name: string, input: unknown, call: Call): Promise<unknown>;
}

/** Declares the doors of a subgraph. Contracts live in kit/neighbours, where both sides see them. */
export function defineOperations<const Contracts extends OperationContracts>(
  target: SubgraphName,
  contracts: Contracts,
): Operations<Contracts> {
  return { target, contracts };
}

/** Joins operations and their handlers; a missing handler does not compile. */
export function provide<Contracts extends OperationContracts>(
  operations: Operations<Contracts>,
  handlers: OperationHandlers<Operations<Contracts>>,
): ProvidedOperations {
  const names = Object.keys(operations.contracts);
  return {
    target: operations.target,
    names,
    async run(name, input, call) {
      if (!names.includes(name)) throw badInput(`${operations.target} has no operation ${JSON.stringify(name)}`);
      const contract = operations.contracts[name] as OperationContract;
      const read = contract.input.safeParse(input);
      if (!read.success) throw badInput(`${operations.target}.${name}: ${z.prettifyError(read.error)}`);
      const handler = (handlers as Record<string, (input: unknown, call: Call) => Promise<unknown>>)[name];
      if (!handler) throw new Error(`${operations.target}.${name} has no handler`);
      return handler(read.data, call);
    },
  };
}

/** A neighbour behind a transport. Its answers are checked against the contract: rubbish is an `UNAVAILABLE`, never a wrong value. */
export function neighbourOf<Contracts extends OperationContracts>(
  operations: Operations<Contracts>,
  transport: Transport,
): Neighbour<Operations<Contracts>> {
  const { target } = operations;
  const calls = Object.entries<OperationContract>(operations.contracts).map(([name, contract]) => [
    name,
    async (input: unknown, call: Call) => {
      const answer = await transport.call(target, `/internal/${name}`, input, call);
      const read = contract.output.safeParse(answer);
      if (read.success) return read.data;
      throw new NeighbourError('UNAVAILABLE', target, `${name} answered outside its contract`, { cause: read.error });
    },
  ]);
  return Object.fromEntries(calls) as Neighbour<Operations<Contracts>>;
}

/** Several groups of operations of one subgraph as one. Throws when they are of different subgraphs or share a name. */
export function joinOperations(...groups: readonly [ProvidedOperations, ...ProvidedOperations[]]): ProvidedOperations {
  const { target } = groups[0];
  const names = groups.flatMap((group) => group.names);
  if (groups.some((group) => group.target !== target) || new Set(names).size < names.length) {
    throw new Error(`the operations of ${target} can't be joined`);
  }
  return {
    target,
    names,
    async run(name, input, call) {
      const group = groups.find((each) => each.names.includes(name)) ?? groups[0];
      return group.run(name, input, call);
    },
  };
}
