/** What is known of the machine. */
export type Machine = {
  /** The version of the Node that runs now, such as `20.20.2`. */
  readonly version: string
  /** As in `process.platform` and `process.arch`. */
  readonly platform: string
  readonly arch: string
  /** Where Imagehooks lies; the pinned Node is looked for from here upward. */
  readonly packageFolder: string
  /** Whether it is a checkout, whose lock file names a Node, and not the published package. */
  readonly isCheckout: boolean
  /** The version of the Node that lies in that folder of `node_modules`; undefined when there is none. */
  pinnedVersion(folder: string): string | undefined
}

/** Run on in this process, run on with another Node, or say in one sentence why neither is possible. */
export type Runtime =
  | { readonly kind: 'here' }
  | { readonly kind: 'pinned'; readonly executable: string }
  | { readonly kind: 'none'; readonly problem: string }

/** Chooses the Node that runs Imagehooks. A pinned one that is itself too old is not chosen. */
export const chooseRuntime: (machine: Machine) => Runtime
