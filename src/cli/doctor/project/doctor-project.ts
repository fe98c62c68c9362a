import { showReport, type ReportOptions } from '../show-report.ts'
import { judgeProject } from './judge-project.ts'
import { readProjectFacts } from './project-facts.ts'

/** `imagehooks doctor project`. */
export const doctorProject = async (folder: string, options: ReportOptions): Promise<void> =>
  showReport(judgeProject(await readProjectFacts(folder)), options)
