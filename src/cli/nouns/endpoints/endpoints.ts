import type { Command } from 'commander'
import { addVerb } from '../verb.ts'
import { addEndpointVerb, editVerb, getVerb } from './edit.ts'
import { listVerb } from './list.ts'
import { replaysVerb, replayVerb } from './replay.ts'
import { statsVerb } from './stats.ts'
import { pauseVerb, removeVerb, resumeVerb, rotateVerb } from './state.ts'
import { testVerb } from './test.ts'

export const declareEndpoints = (endpoints: Command): void => {
  addVerb(endpoints, listVerb)
  addVerb(endpoints, addEndpointVerb)
  addVerb(endpoints, getVerb)
  addVerb(endpoints, editVerb)
  addVerb(endpoints, testVerb)
  addVerb(endpoints, pauseVerb)
  addVerb(endpoints, resumeVerb)
  addVerb(endpoints, rotateVerb)
  addVerb(endpoints, removeVerb)
  addVerb(endpoints, replayVerb)
  addVerb(endpoints, replaysVerb)
  addVerb(endpoints, statsVerb)
}
