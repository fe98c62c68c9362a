/** Collects the values of a flag that may be given several times. */
export const repeated = (value: string, values: readonly string[] = []): readonly string[] => [...values, value]
