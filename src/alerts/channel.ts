import type { AlertMessage } from './message.ts'

/** One way on which the operator is told. */
export type Channel = {
  /** Names it in the store and in the log; without commas. */
  readonly name: string
  /** Sends a message, in bounded time. Resolves with why it could not, as a word or a sentence without secrets; else with nothing. */
  send(message: AlertMessage, signal: AbortSignal): Promise<string | undefined>
}
