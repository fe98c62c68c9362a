import type { Command } from 'commander'
import { addVerb } from '../verb.ts'
import { listVerb, typesVerb } from './list.ts'
import { tailVerb } from './tail.ts'

export const declareEvents = (events: Command): void => {
  addVerb(events, tailVerb)
  addVerb(events, listVerb)
  addVerb(events, typesVerb)
}
