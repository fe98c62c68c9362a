import { CommanderError } from 'commander'
import { createProgram } from './program.ts'

/** Nobody reads the output any more: a command that goes on is asked to stop, another one has said enough. */
const endWithReader = (error: Error): void => {
  if (!('code' in error && error.code === 'EPIPE')) throw error
  if (process.listenerCount('SIGTERM') > 0) process.kill(process.pid, 'SIGTERM')
  else process.exit()
}

/** Runs the command that the process was started with. Sets the exit code and ends no process that is still at work. */
export const main = async (): Promise<void> => {
  process.stdout.on('error', endWithReader)
  try {
    const program = await createProgram(process.argv.slice(2))
    await program.parseAsync()
  } catch (error) {
    // The parser of the command line has said it already.
    process.exitCode =
      error instanceof CommanderError ? error.exitCode : (await import('./problem.ts')).reportProblem(error)
  }
}
