import type { Clock } from '../domain/clock.ts'
import { tiers, type Delivery, type Tier } from '../domain/delivery.ts'

/** How many deliveries of one tier wait in memory at most, whatever the backlog. */
export const widestWindow = 256
/** How far back a read looks behind what is known, for rows whose transaction was slow to commit. */
const slowCommitMs = 60_000
/** How often a tier is read from its head: the truth, however the shorter reads went. */
const fullReadEveryMs = 30_000
/** Turns of the tiers: first attempts have at least four of seven, and none of the others starves. */
const turns: readonly Tier[] = [0, 1, 0, 2, 0, 1, 0]

type TierState = {
  waiting: Delivery[]
  /** Whether a read is wanted. */
  stale: boolean
  /** Whether the last read found everything that was due. */
  complete: boolean
  /** The earliest delivery that is not due yet, as far as known. */
  nextDueAt: number | undefined
  lastFullReadAt: number
  lastCompleteAt: number
  /** What was released while a read is under way, which may still show it as it was before; undefined: none is. */
  releasedMeanwhile: Set<string> | undefined
}

/** Whether tier 3 is read: where the endpoint is ordered, and elsewhere until a read finds nothing left of it. */
type Order = 'kept' | 'until_empty' | 'none'

/** What the owner of a lane holds of it: a window of what is due, what is in flight, what is not settled yet. */
export type LaneQueue = {
  /** Says whether the endpoint is ordered at present. */
  keepOrder(ordered: boolean): void
  /** Says that rows may have come: for these tiers, or all; then also for some that were appended while it was ordered. */
  stale(which?: readonly Tier[]): void
  /** Whether any tier needs a read. */
  wantsRead(now: number): boolean
  /** The read that one tier needs now, or undefined when it needs none. */
  plan(tier: Tier, now: number): { readonly dueFrom: number; readonly limit: number } | undefined
  /** Takes the rows that a planned read gave. */
  accept(
    tier: Tier,
    plan: { readonly dueFrom: number; readonly limit: number },
    rows: readonly Delivery[],
    now: number,
  ): void
  /** The next delivery to attempt, by the turns of the tiers; it is held until it is released. */
  take(): Delivery | undefined
  /** Makes it this tier's turn. */
  turnTo(tier: Tier): void
  /** Lets go of a delivery that was taken; `again` says when its row is due next, if it is still pending. */
  release(eventId: string, again?: { readonly tier: Tier; readonly dueAt: number }): void
  /** Forgets what waits in these tiers, or in all, so that it is read anew; what is in flight stays held. */
  drop(which?: readonly Tier[]): void
  /** Whether a delivery was taken and not released: its attempt runs, or is not settled yet. */
  isTaken(eventId: string): boolean
  /** Deliveries that wait, are in flight or are not settled yet. */
  heldCount(): number
  /** When the next delivery that is not in the window is due; undefined when none is known. */
  nextDueAt(): number | undefined
  /** The due time of the oldest that waits. */
  oldestWaitingAt(): number | undefined
  readonly waitingCount: () => number
}

/** `windowSize` says how many deliveries of one tier shall wait at present; default the widest. */
export const createLaneQueue = (clock: Clock, windowSize: () => number = () => widestWindow): LaneQueue => {
  const held = new Map<string, Delivery>()
  const taken = new Set<string>()
  const emptyTier = (): TierState => ({
    waiting: [],
    stale: true,
    complete: false,
    nextDueAt: undefined,
    lastFullReadAt: Number.NEGATIVE_INFINITY,
    lastCompleteAt: 0,
    releasedMeanwhile: undefined,
  })
  const states: Record<Tier, TierState> = { 0: emptyTier(), 1: emptyTier(), 2: emptyTier(), 3: emptyTier() }
  let turn = 0
  let order: Order = 'until_empty'

  const oldestHeldAt = (tier: Tier): number | undefined => {
    let oldest: number | undefined
    for (const delivery of held.values())
      if (delivery.tier === tier && (oldest === undefined || delivery.dueAt < oldest)) oldest = delivery.dueAt
    return oldest
  }

  /** One ordered delivery is held at a time: which is the next shows only when that is settled. */
  const isLow = (tier: Tier, now: number): boolean => {
    const { waiting, stale, complete, nextDueAt } = states[tier]
    const wanted = stale || !complete || (nextDueAt !== undefined && nextDueAt <= now)
    if (tier === 3) return wanted && order !== 'none' && oldestHeldAt(3) === undefined
    return wanted && waiting.length < windowSize() / 2
  }

  return {
    wantsRead: (now) => tiers.some((tier) => isLow(tier, now)),
    keepOrder(ordered) {
      if (ordered) order = 'kept'
      else if (order === 'kept') order = 'until_empty'
    },
    stale(which) {
      if (!which && order === 'none') order = 'until_empty'
      for (const tier of which ?? tiers) states[tier].stale = true
    },
    plan(tier, now) {
      const state = states[tier]
      if (!isLow(tier, now)) return undefined
      const full = clock.monotonic() - state.lastFullReadAt >= fullReadEveryMs
      const known = oldestHeldAt(tier) ?? (state.complete ? state.lastCompleteAt : undefined)
      const dueFrom = full || known === undefined ? 0 : Math.max(0, known - slowCommitMs)
      // What is said from here on may be about rows that the read does not see.
      state.stale = false
      state.nextDueAt = undefined
      state.releasedMeanwhile = new Set()
      if (tier === 3) return { dueFrom: 0, limit: 1 }
      return { dueFrom, limit: windowSize() - state.waiting.length + held.size }
    },
    accept(tier, { dueFrom, limit }, rows, now) {
      const state = states[tier]
      if (dueFrom === 0) state.lastFullReadAt = clock.monotonic()
      const later = rows.find(({ dueAt }) => dueAt > now)
      if (later) state.nextDueAt = Math.min(later.dueAt, state.nextDueAt ?? later.dueAt)
      for (const delivery of rows) {
        if (delivery.dueAt > now) break
        if (held.has(delivery.eventId) || state.releasedMeanwhile?.has(delivery.eventId)) continue
        held.set(delivery.eventId, delivery)
        state.waiting.push(delivery)
      }
      state.releasedMeanwhile = undefined
      state.complete = tier === 3 || rows.length < limit || later !== undefined
      if (tier === 3 && rows.length === 0 && order === 'until_empty') order = 'none'
      if (state.complete) state.lastCompleteAt = now
    },
    take() {
      for (let offset = 0; offset < turns.length; offset++) {
        const tier = turns[(turn + offset) % turns.length] ?? 0
        // What is ordered shares the turns of first attempts.
        const inOrder = tier === 0 ? states[3].waiting.shift() : undefined
        const delivery = inOrder ?? states[tier].waiting.shift()
        if (!delivery) continue
        turn = (turn + 1) % turns.length
        taken.add(delivery.eventId)
        return delivery
      }
      return undefined
    },
    turnTo(tier) {
      turn = turns.indexOf(tier)
    },
    release(eventId, again) {
      if (held.get(eventId)?.tier === 3) states[3].stale ||= again === undefined
      held.delete(eventId)
      taken.delete(eventId)
      for (const tier of tiers) states[tier].releasedMeanwhile?.add(eventId)
      if (!again) return
      const state = states[again.tier]
      state.nextDueAt = Math.min(again.dueAt, state.nextDueAt ?? again.dueAt)
    },
    drop(which = tiers) {
      for (const tier of which) {
        for (const { eventId } of states[tier].waiting) held.delete(eventId)
        states[tier].waiting = []
        states[tier].stale = true
        // What waited may be older than a read from what is known would look back.
        states[tier].complete = false
        states[tier].nextDueAt = undefined
      }
    },
    isTaken: (eventId) => taken.has(eventId),
    heldCount: () => held.size,
    nextDueAt() {
      const known = tiers.flatMap((tier) => states[tier].nextDueAt ?? [])
      return known.length === 0 ? undefined : Math.min(...known)
    },
    oldestWaitingAt() {
      const firsts = tiers.flatMap((tier) => states[tier].waiting[0]?.dueAt ?? [])
      return firsts.length === 0 ? undefined : Math.min(...firsts)
    },
    waitingCount: () => tiers.reduce<number>((count, tier) => count + states[tier].waiting.length, 0),
  }
}
