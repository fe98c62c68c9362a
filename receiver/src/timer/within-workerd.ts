/**
 * The work itself: in workerd a request that can never be answered is ended by the platform, and one whose sender went
 * away as well. A Worker does not pay for a second clock.
 */
export const within = async <Value>(_milliseconds: number, work: Value | Promise<Value>): Promise<Value> => work
