import type { Command } from 'commander'
import { addExamples } from '../examples.ts'
import { printable } from '../printable.ts'
import { readEventTypes } from '../read-flags.ts'
import { printJson, printTable } from '../table.ts'
import { addVerb, ask, type NounOptions } from './nouns.ts'

type AddOptions = NounOptions & { readonly name?: string; readonly events?: string }

const declareActive = (endpoints: Command, verb: string, description: string, active: boolean): void => {
  const command = addVerb(endpoints, verb, description)
    .argument('<id>', 'webhook_…')
    .action(async (id: string, options: NounOptions) => {
      const endpoint = await ask(command, options, 'patchImagesV1WebhooksId', { path: { id }, body: { active } })
      if (options.json) return printJson(endpoint)
      console.log(printable(`${endpoint.id} is ${endpoint.state}.`))
    })
  addExamples(command, [[`endpoints ${verb} webhook_01j…`, active ? 'what waited is sent' : 'its queue is kept']])
}

const declareRemove = (endpoints: Command): void => {
  const remove = addVerb(endpoints, 'remove', 'remove an endpoint; what waits for it is canceled')
    .argument('<id>', 'webhook_…')
    .action(async (id: string, options: NounOptions) => {
      await ask(remove, options, 'deleteImagesV1WebhooksId', { path: { id } })
      console.log(options.json ? JSON.stringify({ id, removed: true }) : `removed ${printable(id)}`)
    })
  addExamples(remove, [['endpoints remove webhook_01j…', 'for good']])
}

const declareTest = (endpoints: Command): void => {
  const test = addVerb(endpoints, 'test', 'send a signed sample and wait for the answer; exit code 1 when it fails')
    .argument('<id>', 'webhook_…')
    .action(async (id: string, options: NounOptions) => {
      const result = await ask(test, options, 'postImagesV1WebhooksIdTest', { path: { id }, body: {} })
      if (!result.success) process.exitCode = 1
      if (options.json) return printJson(result)
      const { status, error, duration_ms: ms } = result
      console.log(printable(`${status ?? error?.message ?? 'No answer came.'}  ${ms ?? 0} ms  ${result.delivery_id}`))
    })
  addExamples(test, [['endpoints test webhook_01j…', 'the same path that every delivery takes']])
}

const declareRotate = (endpoints: Command): void => {
  const rotate = addVerb(
    endpoints,
    'rotate',
    'make a new secret, shown this once; the old one signs for a day beside it',
  )
    .argument('<id>', 'webhook_…')
    .action(async (id: string, options: NounOptions) => {
      const endpoint = await ask(rotate, options, 'postImagesV1WebhooksIdSecret', { path: { id }, body: {} })
      if (options.json) return printJson(endpoint)
      console.log(endpoint.secret)
    })
  addExamples(rotate, [['endpoints rotate webhook_01j…', 'then give the receiver the new secret within a day']])
}

export const declareEndpoints = (endpoints: Command): void => {
  const list = addVerb(endpoints, 'list', 'list webhook endpoints').action(async (options: NounOptions) => {
    const result = await ask(list, options, 'getImagesV1Webhooks')
    if (options.json) return printJson(result)
    await printTable(result.webhooks, [
      { title: 'ID', of: ({ id }) => id },
      { title: 'STATE', of: ({ state }) => state },
      { title: 'NAME', of: ({ name }) => name },
      { title: 'URL', of: ({ url }) => url },
      { title: 'EVENTS', of: ({ events }) => events.join(',') },
    ])
  })
  addExamples(list, [['endpoints list', 'where events are sent, and whether they are']])
  const add = addVerb(endpoints, 'add', 'add an endpoint; its secret is shown this once')
    .argument('<url>', 'of the receiver')
    .option('--name <name>', 'what it is called')
    .option('--events <types>', 'event types, separated by commas (default: image.uploaded)')
    .action(async (url: string, options: AddOptions) => {
      const events = options.events === undefined ? {} : { events: [...readEventTypes(options.events)] }
      const name = options.name === undefined ? {} : { name: options.name }
      const endpoint = await ask(add, options, 'postImagesV1Webhooks', { body: { url, ...events, ...name } })
      if (options.json) return printJson(endpoint)
      console.log(`endpoint\t${endpoint.id}\nsecret\t${endpoint.secret ?? ''}`)
    })
  addExamples(add, [['endpoints add https://shop.example/webhooks --events image.uploaded,image.deleted', 'one more']])
  declareTest(endpoints)
  declareActive(endpoints, 'pause', 'send nothing to an endpoint for now', false)
  declareActive(endpoints, 'resume', 'send again to an endpoint that was paused or suspended', true)
  declareRotate(endpoints)
  declareRemove(endpoints)
}
