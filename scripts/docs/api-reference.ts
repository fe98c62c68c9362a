import type { Field, ReferenceCall, ReferenceSection } from '../../src/http/reference-model.ts'
import { cell, table } from './markdown.ts'

const fields = (title: string, all: readonly Field[]): string =>
  all.length === 0
    ? ''
    : `${title}\n\n${table(
        ['field', 'type', 'what it is'],
        all.map(({ name, type, required, note }) => [`\`${name}\`${required ? ' \\*' : ''}`, cell(type), cell(note)]),
      )}\n`

const call = (one: ReferenceCall): string =>
  [
    `### ${one.summary}\n`,
    `\`${one.method} ${one.path}\`\n`,
    one.description === '' ? '' : `${one.description}\n`,
    fields('Query', one.query),
    fields(`Body (\`${one.bodyTypes.join('` or `')}\`)`, one.body),
    one.resultType === undefined ? fields('Result', one.result) : `Answers \`${one.resultType}\`.\n`,
    `Failures: ${one.errors.map(({ status, codes }) => `${status} (${codes})`).join('; ')}.\n`,
  ]
    .filter((part) => part !== '')
    .join('\n')

/** The API reference as a page of Markdown. */
export const apiReference = (sections: readonly ReferenceSection[]): string => `# API reference

Made from the schemas that validate the calls, by \`npm run docs\`; the same stands at \`/docs\` and \`/openapi.json\` of every
server. Send \`Authorization: Bearer <token>\`. Answers come in Cloudflare's envelope
\`{ result, success, errors, messages }\`; below is what stands in \`result\`. A star marks what is always there or must be
sent. What each failure means: [errors.md](errors.md).

${sections.map(({ title, calls }) => `## ${title}\n\n${calls.map(call).join('\n')}`).join('\n')}`
