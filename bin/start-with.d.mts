/** What the environment of a Node that comes with the package is given, unless whoever starts it says otherwise. */
export const fewHeaps: Readonly<Record<string, string>>

/** Calls `start` in this Node or runs the entry point on with the pinned one; says in one sentence when neither can be. */
export const startWith: (entryUrl: string, start: () => unknown) => void
