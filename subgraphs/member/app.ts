import { createAuditLog } from '#kit/audit-log/audit-log.ts';
import { readEntries } from '#kit/audit-log/read-entries.ts';
import { ConfigError } from '#kit/config/config.ts';
import { busy } from '#kit/graphql/errors.ts';
import { combineResolvers } from '#kit/graphql/combine-resolvers.ts';
import { complete } from '#kit/graphql/complete-resolvers.ts';
import { loadTypeDefs } from '#kit/graphql/type-defs.ts';
import { newId } from '#kit/ids/ids.ts';
import { logisticsOperations } from '#kit/neighbours/logistics.ts';
import { orderOperations } from '#kit/neighbours/order.ts';
import { systemViewer } from '#kit/viewer/viewer.ts';
import { createTransact, createTransactOutcome, inTransaction } from '#kit/mongo/transaction.ts';
import { measureGroups } from '#kit/group-commit/metrics.ts';
import { createOutbox } from '#kit/outbox/outbox.ts';
import { createPersonalData } from '#kit/personal-data/personal-data.ts';
import { rewrapDataKeys } from '#kit/personal-data/rewrap-data-keys.ts';
import { createSubgraph, type Subgraph } from '#kit/subgraph/subgraph.ts';
import { changesOf, openDatabase, type Wiring } from '#kit/subgraph/wiring.ts';
import { NeighbourError } from '#kit/transport/neighbour-error.ts';
import { joinOperations, neighbourOf } from '#kit/transport/neighbours.ts';
import type { Resolvers, ResolversParentTypes } from './__generated__/types.ts';
import { createActions, type Parts } from './actions.ts';
import { addressResolvers } from './address/address.resolvers.ts';
import { auditResolvers } from './audit/audit.resolvers.ts';
import { createReadAuditLog } from './audit/queries/read-audit-log.ts';
import { readMemberConfig, type MemberConfig } from './config.ts';
import type { Context } from './context.ts';
import { erasureResolvers } from './erasure/erasure.resolvers.ts';
import { reviewTiers } from './growth/jobs/review-tiers.ts';
import { growWhenOrderCompleted, shrinkWhenOrderRefunded } from './growth/reactions/grow-when-order-completed.ts';
import { growthResolvers } from './growth/growth.resolvers.ts';
import { createLoaders } from './loaders.ts';
import { memberResolvers } from './member/member.resolvers.ts';
import { provideManyAddresses } from './many-addresses.ts';
import { sealPersonalData } from './migrations/seal-personal-data.ts';
import { mergeResolvers } from './merge/merge.resolvers.ts';
import { createOperations } from './operations.ts';
import { partnerResolvers } from './partner/partner.resolvers.ts';
import { createPasswordHasher, type PasswordHasher } from './password/password-hasher.ts';
import { createPointsDesk } from './points/actions/points-desk.ts';
import { expirePoints } from './points/jobs/expire-points.ts';
import {
  clawBackPointsWhenOrderRefunded,
  earnPointsWhenOrderCompleted,
} from './points/reactions/earn-points-when-order-completed.ts';
import {
  returnPointsWhenOrderCancelled,
  returnPointsWhenOrderEdited,
  returnPointsWhenOrderRefunded,
  spendPointsWhenOrderPaid,
} from './points/reactions/settle-points-when-order-ends.ts';
import { pointsResolvers } from './points/points.resolvers.ts';
import { sessionResolvers } from './session/session.resolvers.ts';
import { createCode2Session } from './session/wechat/code2session.ts';
import { createFirstAdministrator } from './staff/actions/create-first-administrator.ts';
import { staffResolvers } from './staff/staff.resolvers.ts';
import { createStores } from './store/stores.ts';
import { createAccessTokens } from './token/access-tokens.ts';
import { rotateSigningKeys } from './token/jobs/rotate-signing-keys.ts';
import { createSecretBox } from './token/secret-box.ts';
import { verifyOperations } from './verify/verify-operations.ts';

/**
 * Wires the member subgraph: identity, sessions, addresses, tiers, points, staff and partners. A test may bring a hasher that costs less; nothing
 * else can.
 */
export async function createApp(wiring: Wiring, hasher: PasswordHasher = createPasswordHasher()): Promise<Subgraph> {
  const { clock, log, metrics, transport } = wiring;
  const config = readMemberConfig(wiring.env);
  const connection = await openDatabase('member', wiring);
  const personalData = createPersonalData(connection, { scope: 'member', secrets: config.PERSONAL_DATA_KEYS });
  const stores = createStores(connection, personalData, {
    tries: config.SIGN_IN_TRIES,
    triesPerAddress: config.SIGN_IN_TRIES_PER_ADDRESS,
    windowMs: config.SIGN_IN_WINDOW_MINUTES * 60_000,
  });
  const box = createSecretBox(config.MEMBER_KEY_SECRET);
  const order = neighbourOf(orderOperations, transport);
  const logistics = neighbourOf(logisticsOperations, transport);
  const outbox = createOutbox(connection, { source: 'member' });
  const auditLog = createAuditLog(outbox, clock);
  const parts: Parts = {
    ...stores,
    box,
    tokens: createAccessTokens(stores.signingKeys, box, clock),
    hasher,
    code2session: createCode2Session({ url: config.WECHAT_API_URL, apps: config.WECHAT_APPS }),
    outbox,
    clock,
    inTransaction: (work) => inTransaction(connection, work),
    transactOutcome: createTransactOutcome(connection),
    auditLog,
    personalData,
    countUnfinishedOrders: async (memberId) => (await answered(order.unfinishedOrders({ memberId }, ownCall()))).orders,
    knowsCarrier: async (carrierCode) => (await answered(logistics.knowsCarrier({ carrierCode }, ownCall()))).known,
    pointsDesk: createPointsDesk({
      ...stores,
      transactGroup: createTransact(connection, { giveUpAfterMs: 1_000 }),
      clock,
      observe: measureGroups(metrics, 'points'),
    }),
    signUpsPerMinute: config.SIGN_UPS_PER_MINUTE,
    readAuditLog: createReadAuditLog((question) => readEntries(auditLog, question), transport),
  };
  const actions = createActions(parts);

  const subgraph = createSubgraph<Context>({
    name: 'member',
    connection,
    typeDefs: loadTypeDefs('member'),
    resolvers: complete<Resolvers, ResolversParentTypes>()(
      combineResolvers(
        sessionResolvers,
        memberResolvers,
        growthResolvers,
        pointsResolvers,
        addressResolvers,
        erasureResolvers,
        mergeResolvers,
        staffResolvers,
        partnerResolvers,
        auditResolvers,
      ),
    ),
    context: (request) => ({ ...request, actions, loaders: createLoaders(stores) }),
    operations: joinOperations(createOperations(parts, actions), provideManyAddresses(parts), verifyOperations(parts)),
    reactions: [
      spendPointsWhenOrderPaid(stores.points),
      returnPointsWhenOrderCancelled(stores.points),
      returnPointsWhenOrderRefunded(stores.points),
      returnPointsWhenOrderEdited(stores.points),
      earnPointsWhenOrderCompleted(stores.points),
      clawBackPointsWhenOrderRefunded(stores.points),
      growWhenOrderCompleted(stores),
      shrinkWhenOrderRefunded(stores),
    ],
    migrations: [sealPersonalData(personalData)],
    jobs: [rotateSigningKeys(parts.tokens), expirePoints(parts), reviewTiers(parts), rewrapDataKeys(personalData, log)],
    outbox,
    changes: changesOf(connection, wiring),
    clock,
    log,
    metrics,
    transport,
  });
  return {
    ...subgraph,
    async migrate() {
      await personalData.check();
      await subgraph.migrate();
      await prepare(config, parts);
    },
  };
}

/** What must be there before anybody can sign in. @throws ConfigError when a setting doesn't fit what is stored. */
async function prepare(config: MemberConfig, parts: Parts): Promise<void> {
  if (!(await parts.tokens.canSign())) {
    throw new ConfigError(
      'MEMBER_KEY_SECRET does not open the stored signing keys. Expected: the secret that they were stored with',
    );
  }
  const { FIRST_ADMIN_EMAIL: email, FIRST_ADMIN_PASSWORD: password } = config;
  if (email === undefined || password === undefined) return;
  if ((await createFirstAdministrator(parts, { email, password })) === 'REFUSED') {
    throw new ConfigError(
      'FIRST_ADMIN_EMAIL or FIRST_ADMIN_PASSWORD has a value that cannot be used. Expected: an e-mail address and a password of 8 to 128 characters',
    );
  }
}

/** A question of our own to a neighbour. */
const ownCall = () => ({ viewer: systemViewer('member'), requestId: newId('request'), repeatable: true });

/** What a neighbour says. Throws BUSY when it says nothing. */
async function answered<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw error instanceof NeighbourError ? busy(error.retryAfterMs ?? 1_000) : error;
  }
}
