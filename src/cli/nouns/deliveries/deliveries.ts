import type { Command } from 'commander'
import { addVerb } from '../verb.ts'
import { listVerb } from './list.ts'
import { replayVerb } from './replay.ts'
import { showVerb } from './show.ts'
import { signVerb } from './sign.ts'
import { tailVerb } from './tail.ts'

export const declareDeliveries = (deliveries: Command): void => {
  addVerb(deliveries, listVerb)
  addVerb(deliveries, showVerb)
  addVerb(deliveries, tailVerb)
  addVerb(deliveries, replayVerb)
  addVerb(deliveries, signVerb)
}
