import { reportProblem } from './problem.ts'
import { createProgram } from './program.ts'

/** Runs the command that the process was started with. Sets the exit code and ends no process that is still at work. */
export const main = async (): Promise<void> => {
  try {
    await createProgram().parseAsync()
  } catch (error) {
    process.exitCode = reportProblem(error)
  }
}
