/** Runs work once for all who ask for the same name meanwhile; all get its outcome, failures too. */
export type SingleFlight<Outcome> = (name: string, work: () => Promise<Outcome>) => Promise<Outcome>

export const createSingleFlight = <Outcome>(): SingleFlight<Outcome> => {
  const flying = new Map<string, Promise<Outcome>>()
  return (name, work) => {
    const present = flying.get(name)
    if (present) return present
    const flight = work().finally(() => flying.delete(name))
    flying.set(name, flight)
    return flight
  }
}
