/** A defect that somebody could write by mistake, and the test that must notice it. */
export interface Mutant {
  /** What is wrong with it. */
  readonly defect: string;
  /** What is written instead of what; each `from` stands once in its file. */
  readonly edits: readonly { readonly file: string; readonly from: string; readonly to: string }[];
  readonly test: {
    readonly file: string;
    /** Part of the test's name; every test of the file unless given. */
    readonly name?: string;
  };
}

/** The guarantees of the order path and of what shoppers see, each broken once. */
export const mutants: readonly Mutant[] = [
  {
    defect: 'writes wait for one node only (w: 1)',
    edits: [
      { file: 'kit/mongo/connect.ts', from: "writeConcern: { w: 'majority'", to: 'writeConcern: { w: 1' },
      { file: 'kit/mongo/transaction.ts', from: "writeConcern: { w: 'majority'", to: 'writeConcern: { w: 1' },
    ],
    test: { file: 'scripts/mongo/three-nodes.mongo.test.ts', name: 'acknowledge a write only' },
  },
  {
    defect: 'no inbox: an event that comes again counts as new',
    edits: [
      {
        file: 'kit/inbox/inbox.ts',
        from: 'fresh.map(({ _id }) => ({ _id, at }))',
        to: 'fresh.map(({ _id }) => ({ _id: `${_id}:${Math.random()}`, at }))',
      },
    ],
    test: { file: 'kit/inbox/inbox.mongo.test.ts' },
  },
  {
    defect: 'read, then write: whether a lease is free is looked at before it is taken',
    edits: [
      {
        file: 'kit/lease/lease.ts',
        from: "const free = { $lte: [{ $ifNull: ['$until', new Date(0)] }, '$$NOW'] };",
        to: 'const seen = await leases().findOne({ _id: name }); const free = { $literal: (seen?.until ?? new Date(0)) <= new Date() };',
      },
    ],
    test: { file: 'kit/lease/lease.mongo.test.ts', name: 'exactly one of thirty' },
  },
  {
    defect: 'refund without intent: every try is a new refund for the provider',
    edits: [
      {
        file: 'subgraphs/order/refund/actions/refund-desk.ts',
        from: 'await refundMoney(payment, refund, asks > 0)',
        to: 'await refundMoney(payment, { ...refund, _id: `${refund._id}-${asks}` }, false)',
      },
    ],
    test: { file: 'subgraphs/order/payment/providers/wechat-pay/wechat-pay.mongo.test.ts', name: 'goes back once' },
  },
  {
    defect: 'an order moves whatever state it is in',
    edits: [
      {
        file: 'subgraphs/order/order/store/order-moves.ts',
        from: '{ _id: id, status: trusted({ $in: from }), ',
        to: '{ _id: id, ',
      },
    ],
    test: { file: 'subgraphs/order/payment/pay-order.mongo.test.ts' },
  },
  {
    defect: 'the money of a payment counts as often as it is told',
    edits: [
      {
        file: 'subgraphs/order/payment/store/payments.ts',
        from: "{ _id: paymentId, status: { $ne: 'SUCCEEDED' as const } }",
        to: '{ _id: paymentId }',
      },
    ],
    test: { file: 'subgraphs/order/payment/pay-order.mongo.test.ts' },
  },
  {
    defect: 'a late predecessor may still decide: no fence',
    edits: [
      {
        file: 'subgraphs/order/order/store/order-moves.ts',
        from: "fence === undefined ? {} : { 'placing.fence': fence, 'placing.decision': null }",
        to: '{}',
      },
    ],
    test: { file: 'subgraphs/order/order/steps/resume-placing.mongo.test.ts' },
  },
  {
    defect: 'the signature of a payment callback is not looked at',
    edits: [
      {
        file: 'subgraphs/order/payment/providers/test-provider.ts',
        from: "if (given.length !== right.length || !timingSafeEqual(given, right)) throw new NotificationRefused('SIGNATURE');",
        to: '',
      },
    ],
    test: { file: 'subgraphs/order/payment/pay-order.mongo.test.ts' },
  },
  {
    defect: 'an event counts as delivered before it is',
    edits: [
      {
        file: 'kit/outbox/courier.ts',
        from: 'await options.deliver(eventOf(row));',
        to: 'confirmed.push(row); await options.deliver(eventOf(row));',
      },
    ],
    test: { file: 'kit/outbox/relay.mongo.test.ts' },
  },
  {
    defect: 'events are told in the order in which they were written down, not in that of versions',
    edits: [{ file: 'kit/outbox/courier.ts', from: 'a.version - b.version || ', to: '' }],
    test: { file: 'kit/outbox/relay.mongo.test.ts', name: 'whose clock is behind' },
  },
  {
    defect: 'events are written beside the transaction',
    edits: [
      {
        file: 'kit/outbox/outbox.ts',
        from: 'await insertLate(session, rows(), stored);',
        to: 'await rows().insertMany(stored);',
      },
    ],
    test: { file: 'kit/outbox/outbox.mongo.test.ts' },
  },
  {
    defect: 'the same key with another input is taken for the same',
    edits: [
      {
        file: 'kit/idempotency/idempotency.ts',
        from: 'if (row !== null && row.inputHash !== inputHash) return { conflict: true };',
        to: '',
      },
    ],
    test: { file: 'kit/idempotency/idempotency.mongo.test.ts', name: 'another input' },
  },
  {
    defect: 'twins work side by side: a key in use is no obstacle',
    edits: [
      {
        file: 'kit/idempotency/idempotency.ts',
        from: "{ $lte: [{ $ifNull: ['$leaseUntil', new Date(0)] }, '$$NOW'] },",
        to: '',
      },
    ],
    test: { file: 'kit/idempotency/idempotency.mongo.test.ts' },
  },
  {
    defect: 'a key in use by a process that died stays in use for longer than anybody waits for an answer',
    edits: [{ file: 'kit/idempotency/idempotency.ts', from: 'leaseMs = 4_000', to: 'leaseMs = 10_000' }],
    test: { file: 'kit/idempotency/dead-process.mongo.test.ts' },
  },
  {
    defect: 'a change ends with the patience of its caller',
    edits: [
      {
        file: 'kit/subgraph/subgraph.ts',
        from: 'changes ? neverAborted : callersSignal',
        to: 'callersSignal',
      },
    ],
    test: { file: 'subgraphs/order/order/steps/place-by-saga.mongo.test.ts', name: 'gives up waiting' },
  },
  {
    defect: 'a bulk write whose connection broke counts as refused',
    edits: [{ file: 'kit/mongo/database-away.ts', from: 'isCutOff(error) ||', to: '' }],
    test: { file: 'kit/group-commit/group-commit.test.ts', name: 'after a bulk write too' },
  },
  {
    defect: 'a lost answer of a commit means that nothing was done',
    edits: [
      { file: 'kit/group-commit/group-commit.ts', from: "if (failure === 'UNKNOWN') rest", to: 'if (false) rest' },
    ],
    test: { file: 'kit/group-commit/group-commit.test.ts', name: 'is found by reading back' },
  },
  {
    defect: 'a call that may have been done is sent again',
    edits: [
      {
        file: 'kit/transport/http-transport.ts',
        from: '(!error.wasSent || call.repeatable === true)',
        to: 'true',
      },
    ],
    test: { file: 'kit/transport/http-transport.test.ts' },
  },
  {
    defect: 'what is remembered is shown however long the change stream has been silent',
    edits: [
      {
        file: 'kit/change-feed/freshness.ts',
        from: 'export const freshForMs = 750;',
        to: 'export const freshForMs = 60_000;',
      },
    ],
    test: { file: 'kit/change-feed/change-feed.mongo.test.ts', name: 'after its link fell silent' },
  },
  {
    defect: 'a word of the change stream that lay in a busy process counts as news',
    edits: [
      {
        file: 'kit/change-feed/freshness.ts',
        from: 'const saidAt = Math.min(now, heardAt + heartbeatMs);',
        to: 'const saidAt = now;',
      },
    ],
    test: { file: 'kit/change-feed/freshness.test.ts', name: 'held up' },
  },
  {
    defect: 'coupons of a merged member move without what counts them',
    edits: [
      {
        file: 'subgraphs/promotion/merge/steps/move-coupons.ts',
        from: 'await templates.countClaims(session, counted);',
        to: 'void counted;',
      },
    ],
    test: { file: 'subgraphs/promotion/merge/merged-members.mongo.test.ts', name: 'are the other one' },
  },
  {
    defect: 'orders of a merged member move without the key that opens them',
    edits: [
      {
        file: 'subgraphs/order/merge/follow-merges.ts',
        from: 'if (await personalData.handOver(from, into, session)) return;',
        to: 'if (from !== into) return;',
      },
    ],
    test: { file: 'subgraphs/order/merge/merged-members.mongo.test.ts', name: 'in every state' },
  },
  {
    defect: 'offers that come together take a price below what the goods cost',
    edits: [
      {
        file: 'subgraphs/promotion/quote/domain/offer.ts',
        from: 'Math.max(0, (owed.lines[index] ?? 0) - (floors[index] ?? 0))',
        to: 'owed.lines[index] ?? 0',
      },
    ],
    test: { file: 'subgraphs/promotion/quote/domain/price-floor.test.ts', name: 'stops at its floor' },
  },
];
