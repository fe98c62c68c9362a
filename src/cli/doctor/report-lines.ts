import { styleText } from 'node:util'
import { labelled, type Screen } from '../labelled.ts'
import { printable } from '../printable.ts'
import { countOf, type Finding, type Report } from './finding.ts'

const pale = (text: string): string => styleText('gray', text)

const marks = {
  ok: ['✓', 'green'],
  warning: ['!', 'yellow'],
  failure: ['✗', 'red'],
} as const

const markOf = ({ severity }: Finding): string => {
  const [mark, colour] = marks[severity]
  return styleText(colour, mark)
}

const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`

/** `14 ok · 1 warning · 1 failure · 2 not made` */
const summary = (report: Report): string => {
  const { ok, warnings, failures, unmade } = countOf(report)
  return [
    styleText('green', `${ok} ok`),
    ...(warnings > 0 ? [styleText('yellow', counted(warnings, 'warning', 'warnings'))] : []),
    ...(failures > 0 ? [styleText('red', counted(failures, 'failure', 'failures'))] : []),
    ...(unmade > 0 ? [pale(`${unmade} not made`)] : []),
  ].join(pale(' · '))
}

const whatOf = ({ subject, what }: Finding): string => printable(subject === undefined ? what : `${subject}: ${what}`)

const findingLines = (finding: Finding, width: number, screen: Screen): string[] => {
  const column = ' '.repeat(width)
  const inner = screen.columns === undefined ? screen : { columns: screen.columns - width }
  const first = labelled(`  ${marks[finding.severity][0]} ${finding.check}`, width, whatOf(finding), screen, (label) =>
    label.replace(marks[finding.severity][0], markOf(finding)),
  )
  if (finding.severity === 'ok') return [...first]
  const below = [
    ...labelled('why', 5, printable(finding.why), inner, pale),
    ...labelled('do', 5, printable(finding.fix), inner, (label) => styleText('bold', label)),
  ]
  return [...first, ...below.map((line) => `${column}${line}`)]
}

/** Checks that were not made for one reason stand together. */
const unmadeLines = ({ unmade }: Report, width: number, screen: Screen): string[] => {
  const reasons = [...new Set(unmade.map(({ because }) => because))]
  return reasons.flatMap((reason) => {
    const names = unmade.filter(({ because }) => because === reason).map(({ check }) => check)
    return labelled('  – not made', width, printable(`${names.join(', ')}: ${reason}`), screen, pale).map(
      (line) => line,
    )
  })
}

const leastWidth = 14

/** What was found, for a person: a line for each check, and below it, where it is no `ok`, why and what to do. */
const screenLines = (report: Report, screen: Screen): string[] => {
  const names = report.findings.map(({ check }) => check.length)
  const width = Math.max(leastWidth, ...names) + 6
  return [
    '',
    ...labelled('  ', 2, styleText('bold', printable(report.subject)), screen),
    '',
    ...report.findings.flatMap((finding) => findingLines(finding, width, screen)),
    ...unmadeLines(report, width, screen),
    '',
    `  ${summary(report)}`,
    '',
  ]
}

/** For a program that reads lines: severity, check, what, why and what to do, between tabs. */
const plainLines = ({ findings, unmade }: Report): string[] => [
  ...findings.map((finding) =>
    [
      finding.severity,
      finding.check,
      whatOf(finding),
      ...(finding.severity === 'ok' ? [] : [printable(finding.why), printable(finding.fix)]),
    ].join('\t'),
  ),
  ...unmade.map(({ check, because }) => ['not made', check, printable(because)].join('\t')),
]

/** For a terminal as wide as `screen`, or, where that has no width, one finding a line between tabs. */
export const reportLines = (report: Report, screen: Screen): readonly string[] =>
  screen.columns === undefined ? plainLines(report) : screenLines(report, screen)

/** For a program. */
export const reportView = (report: Report) => ({
  subject: report.subject,
  summary: countOf(report),
  findings: report.findings.map((finding) => ({
    check: finding.check,
    severity: finding.severity,
    subject: finding.subject ?? null,
    what: finding.what,
    why: finding.severity === 'ok' ? null : finding.why,
    fix: finding.severity === 'ok' ? null : finding.fix,
  })),
  not_made: report.unmade,
})
