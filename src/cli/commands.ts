import type { Command } from 'commander'

/** A command of the first level. Only the one that is asked for is declared, so that the others cost no start-up. */
export type CommandEntry = {
  readonly name: string
  readonly description: string
  /** Not for people, and not in the help. */
  readonly hidden?: boolean
  /** Gives it its arguments, flags, commands below it and its action. */
  readonly declare: (command: Command) => Promise<void>
}

/** Every command, in the order of the help. */
export const commandEntries: readonly CommandEntry[] = [
  {
    name: 'dev',
    description: 'run it for yourself: an account, a token, and an inbox page that shows each webhook',
    declare: async (command) => (await import('./server-commands.ts')).declareDev(command),
  },
  {
    name: 'serve',
    description: 'run it in production: HTTPS endpoints only, private addresses refused',
    declare: async (command) => (await import('./server-commands.ts')).declareServe(command),
  },
  {
    name: 'accounts',
    description: 'make and list accounts',
    declare: async (command) => (await import('./server-commands.ts')).declareAccounts(command),
  },
  {
    name: 'migrate',
    description: 'bring the schema of the database up to date, before a newer version is started',
    declare: async (command) => (await import('./server-commands.ts')).declareMigrate(command),
  },
  {
    name: 'import',
    description: 'bring images, variants and signing keys over from Cloudflare Images or a server that speaks its API',
    declare: async (command) => (await import('./import.ts')).declareImport(command),
  },
  {
    name: 'listen',
    description: 'forward the events of any server to a receiver on this machine, signed, and miss none',
    declare: async (command) => (await import('./listen/listen-command.ts')).declareListen(command),
  },
  {
    name: 'trigger',
    description: 'send made-up events straight to a receiver, signed or forged, and see what it answers',
    declare: async (command) => (await import('./trigger/trigger-command.ts')).declareTrigger(command),
  },
  {
    name: 'verify',
    description: 'say whether the signature of a webhook verifies, and if not, why',
    declare: async (command) => (await import('./verify/verify-command.ts')).declareVerify(command),
  },
  {
    name: 'doctor',
    description: 'examine a receiver, a server or a Worker’s folder: what is wrong, why it matters, what to do',
    declare: async (command) => (await import('./doctor/doctor-command.ts')).declareDoctor(command),
  },
  {
    name: 'images',
    description: 'upload, list, show, change, download and delete images',
    declare: async (command) => (await import('./nouns/images/images.ts')).declareImages(command),
  },
  {
    name: 'endpoints',
    description: 'add, change, test, pause, rotate and remove webhook endpoints, and replay what they missed',
    declare: async (command) => (await import('./nouns/endpoints/endpoints.ts')).declareEndpoints(command),
  },
  {
    name: 'deliveries',
    description: 'list, show, watch and replay deliveries',
    declare: async (command) => (await import('./nouns/deliveries/deliveries.ts')).declareDeliveries(command),
  },
  {
    name: 'events',
    description: 'read the feed of events, or watch it',
    declare: async (command) => (await import('./nouns/events/events.ts')).declareEvents(command),
  },
  {
    name: 'variants',
    description: 'make, list, change and delete variants',
    declare: async (command) => (await import('./nouns/variants.ts')).declareVariants(command),
  },
  {
    name: 'keys',
    description: 'make, list and delete the keys that sign URLs',
    declare: async (command) => (await import('./nouns/keys.ts')).declareKeys(command),
  },
  {
    name: 'tokens',
    description: 'make, list and revoke API tokens',
    declare: async (command) => (await import('./nouns/tokens.ts')).declareTokens(command),
  },
  {
    name: 'explain',
    description: 'say what happened to a delivery, or how an endpoint fares, why, and what comes next',
    declare: async (command) => (await import('./explain.ts')).declareExplain(command),
  },
  {
    name: 'completion',
    description: 'print what makes a shell complete commands and flags',
    declare: async (command) => (await import('./completion/completion.ts')).declareCompletion(command),
  },
  {
    name: 'complete',
    description: 'what the scripts of completion ask',
    hidden: true,
    declare: async (command) => (await import('./completion/completion.ts')).declareComplete(command),
  },
  {
    name: 'version',
    description: 'print the version',
    declare: async (command) =>
      void command.action(async () => console.log((await import('../compose/version.ts')).version)),
  },
]
