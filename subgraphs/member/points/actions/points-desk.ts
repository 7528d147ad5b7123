import type { Clock } from '#kit/clock/clock.ts';
import { createGroupCommit, type ObservedGroup } from '#kit/group-commit/group-commit.ts';
import type { Session, Transact } from '#kit/mongo/transaction.ts';
import { accepted, type Outcome } from '#kit/user-error/user-error.ts';
import { decideHold, decideRelease, holds, type HoldRequest, type ReleaseRequest } from '../domain/decide-hold.ts';
import { PointsBooks } from '../domain/points-books.ts';
import type { PointsStore } from '../store/points-store.ts';

/** Where orders hold points and give them back: in order of arrival, what comes together as one transaction. */
export interface PointsDesk {
  hold(request: HoldRequest, signal?: AbortSignal): Promise<Outcome<{ held: number }>>;
  release(request: ReleaseRequest, signal?: AbortSignal): Promise<{ released: number }>;
}

export interface PointsDeskParts {
  readonly points: PointsStore;
  /** Gives up when other processes are faster: the group commit decides what then. */
  readonly transactGroup: Transact;
  readonly clock: Clock;
  readonly observe?: ((group: ObservedGroup) => void) | undefined;
}

type Command = ({ readonly kind: 'HOLD' } & HoldRequest) | ({ readonly kind: 'RELEASE' } & ReleaseRequest);
type Answer = Outcome<{ readonly moved: number }>;
interface Queued {
  readonly command: Command;
  readonly keys: readonly string[];
}

export function createPointsDesk({ points, transactGroup, clock, observe }: PointsDeskParts): PointsDesk {
  /** The orders that the commands are about, and the accounts that these and the commands name. */
  async function booksFor(commands: readonly Command[], session: Session | null): Promise<PointsBooks> {
    const orders = await points.ordersByIds(
      commands.flatMap((command) => idsOf(command)),
      session,
    );
    const wanted = commands.flatMap((command) => (command.kind === 'HOLD' ? [command.memberId] : []));
    const members = [...orders.values()].map(({ memberId }) => memberId);
    return new PointsBooks(await points.findMany([...new Set([...wanted, ...members])], session), orders);
  }

  const submit = createGroupCommit<Queued, Answer>({
    keysOf: ({ keys }) => keys,
    commit: (group) =>
      transactGroup(async (session) => {
        const commands = group.map(({ command }) => command);
        const books = await booksFor(commands, session);
        const at = clock.now();
        const answers = commands.map((command) => decide(command, books, at));
        await points.saveBooks(session, books.changes());
        return answers;
      }),
    async alreadyDone(group) {
      const commands = group.map(({ command }) => command);
      const books = await booksFor(commands, null);
      return commands.map((command) => effectOf(command, books));
    },
    observe,
  });

  return {
    async hold(request, signal) {
      const { memberId } = request;
      const keys = [...idsOf(request), memberId];
      const answer = await submit({ command: { kind: 'HOLD', ...request }, keys }, signal);
      return answer.ok ? accepted({ held: answer.value.moved }) : answer;
    },
    async release(request, signal) {
      const { orderId } = request;
      const memberId = (await points.ordersByIds([orderId])).get(orderId)?.memberId;
      const keys = memberId ? [orderId, memberId] : [orderId];
      const answer = await submit({ command: { kind: 'RELEASE', ...request }, keys }, signal);
      return { released: answer.ok ? answer.value.moved : 0 };
    },
  };
}

/** What a command is about: its order, and what that shall take over. */
function idsOf({ orderId, joining }: Pick<HoldRequest, 'orderId' | 'joining'>): string[] {
  return joining === undefined ? [orderId] : [orderId, joining];
}

function decide(command: Command, books: PointsBooks, at: Date): Answer {
  if (command.kind === 'RELEASE') return accepted({ moved: decideRelease(command, books, at).released });
  const outcome = decideHold(command, books, at);
  return outcome.ok ? accepted({ moved: outcome.value.held }) : outcome;
}

/** The answer to a command whose effect is there to be seen. */
function effectOf(command: Command, books: PointsBooks): Answer | undefined {
  const order = books.order(command.orderId);
  const tender = order?.tender;
  if (!order || !tender) return undefined;
  if (command.kind === 'HOLD') {
    const wanted = { ...command, memberId: books.account(command.memberId).memberId };
    const isDone = holds(order, wanted) && tender.attempt === command.attempt;
    return isDone ? accepted({ moved: tender.points }) : undefined;
  }
  const isDone = tender.state === 'RELEASED' && tender.attempt >= command.attempt;
  return isDone ? accepted({ moved: tender.points }) : undefined;
}
