import { CommanderError } from 'commander'
import { createProgram } from './program.ts'

/** Runs the command that the process was started with. Sets the exit code and ends no process that is still at work. */
export const main = async (): Promise<void> => {
  try {
    const program = await createProgram(process.argv.slice(2))
    await program.parseAsync()
  } catch (error) {
    // The parser of the command line has said it already.
    process.exitCode =
      error instanceof CommanderError ? error.exitCode : (await import('./problem.ts')).reportProblem(error)
  }
}
