import { AppError } from '../domain/errors.ts'
import type { Meta } from '../domain/image.ts'
import type { FormField } from './form-field.ts'

/** Deeper metadata than this is refused; 1,024 bytes could hold more. */
const deepest = 16

type Branch = Map<string, Node> | Node[]
type Node = string | Branch

const refuse = (name: string, fault: string): AppError =>
  new AppError('bad_request', `The field ${name.slice(0, 100)} ${fault}.`, { pointer: 'metadata' })

/** `metadata[a][][b]` → `a`, ``, `b`; an empty step appends to a list. */
const pathOf = (name: string): readonly string[] => {
  const inner = name.slice('metadata'.length)
  if (!/^(\[[^[\]]*\])+$/.test(inner)) throw refuse(name, 'must be written like metadata[key] or metadata[key][inner]')
  const path = inner.slice(1, -1).split('][')
  if (path.length > deepest) throw refuse(name, `goes deeper than ${deepest} levels`)
  return path
}

/** Puts a value at the end of a path; keys stay in a map all the while, so that none of them can mean a prototype. */
const put = (branch: Branch, path: readonly string[], value: string, name: string): void => {
  const [step = '', ...rest] = path
  if (Array.isArray(branch) !== (step === '')) throw refuse(name, 'is a list in one place and an object in another')
  if (Array.isArray(branch)) return append(branch, rest, value, name)
  const present = branch.get(step)
  if (rest.length === 0) {
    if (present !== undefined) throw refuse(name, 'was sent twice')
    branch.set(step, value)
    return
  }
  if (typeof present === 'string') throw refuse(name, 'is a text in one place and an object in another')
  const next: Branch = present ?? (rest[0] === '' ? [] : new Map())
  branch.set(step, next)
  put(next, rest, value, name)
}

/** Fields of one object in a list come one after the other; a key that it has already begins the next object. */
const append = (list: Node[], rest: readonly string[], value: string, name: string): void => {
  const [step] = rest
  if (step === undefined) {
    list.push(value)
    return
  }
  const last = list.at(-1)
  if (last instanceof Map && step !== '' && !(last.has(step) && rest.length === 1)) return put(last, rest, value, name)
  const next: Branch = step === '' ? [] : new Map()
  list.push(next)
  put(next, rest, value, name)
}

const toValue = (node: Node): unknown => {
  if (typeof node === 'string') return node
  return Array.isArray(node) ? node.map(toValue) : toObject(node)
}

/** `fromEntries` defines keys, `__proto__` too, where an assignment would change the prototype. */
const toObject = (branch: Map<string, Node>): Meta =>
  Object.fromEntries([...branch].map(([key, node]) => [key, toValue(node)]))

/**
 * The object that bracketed fields describe: `metadata[a]=1`, `metadata[n][c]=x`, `metadata[list][]=y`. All leaves are
 * texts; the spelling has no other types.
 * @throws AppError `bad_request` for a malformed name, a contradiction or over 16 levels.
 */
export const bracketedMeta = (fields: readonly FormField[]): Meta => {
  const root = new Map<string, Node>()
  for (const [name, value] of fields) put(root, pathOf(name), value, name)
  return toObject(root)
}
