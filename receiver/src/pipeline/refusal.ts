/**
 * What a handler throws where trying again cannot help: the event is not what it must be. The sender hears 422, and a
 * queue's consumer makes a dead letter of it at once.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal'
}

/** Whether something thrown is a {@link Refusal}: by its name, since a bundle may hold the class twice. */
export const isRefusal = (error: unknown): boolean => error instanceof Error && error.name === 'Refusal'
