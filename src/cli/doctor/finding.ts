/** What a check came to. A problem says why it matters and what to do. */
export type Finding = {
  /** The word of docs/cli.md. */
  readonly check: string
  /** Which one, where a check looks at several: an endpoint, a line of a file. */
  readonly subject?: string | undefined
  readonly what: string
} & (
  | { readonly severity: 'ok' }
  | { readonly severity: 'warning' | 'failure'; readonly why: string; readonly fix: string }
)

/** A check that was not made, and what stood in its way. */
export type Unmade = { readonly check: string; readonly because: string }

/** What one examination found. */
export type Report = {
  /** What was examined: a URL, a folder. */
  readonly subject: string
  readonly findings: readonly Finding[]
  readonly unmade: readonly Unmade[]
}

export const ok = (check: string, what: string, subject?: string): Finding => ({ check, severity: 'ok', what, subject })

type Trouble = { readonly what: string; readonly why: string; readonly fix: string; readonly subject?: string }

export const warning = (check: string, trouble: Trouble): Finding => ({ check, severity: 'warning', ...trouble })

export const failure = (check: string, trouble: Trouble): Finding => ({ check, severity: 'failure', ...trouble })

const isFinding = (verdict: Finding | Unmade): verdict is Finding => 'severity' in verdict
const isUnmade = (verdict: Finding | Unmade): verdict is Unmade => 'because' in verdict

/** A report of verdicts in the order in which they shall be read. */
export const reportOf = (subject: string, verdicts: readonly (Finding | Unmade)[]): Report => ({
  subject,
  findings: verdicts.filter(isFinding),
  unmade: verdicts.filter(isUnmade),
})

/** How many there are of each. */
export const countOf = ({ findings, unmade }: Report) => {
  const count = (severity: Finding['severity']): number =>
    findings.filter((finding) => finding.severity === severity).length
  return { ok: count('ok'), warnings: count('warning'), failures: count('failure'), unmade: unmade.length }
}

/** 1 for a failure; 2, where `strict`, for warnings alone; else 0. */
export const exitCodeOf = (report: Report, strict: boolean): 0 | 1 | 2 => {
  const { failures, warnings } = countOf(report)
  return failures > 0 ? 1 : strict && warnings > 0 ? 2 : 0
}
