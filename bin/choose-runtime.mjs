import { dirname, join } from 'node:path'

/** What a version must reach, as the first two numbers: the first Node that runs TypeScript and SQLite without flags. */
const least = [24, 15]

const isRecent = (version) => {
  const [major, minor] = version.split('.').map(Number)
  return major > least[0] || (major === least[0] && minor >= least[1])
}

/** The folder and all above it, nearest first. */
const upward = (folder) => (dirname(folder) === folder ? [folder] : [folder, ...upward(dirname(folder))])

export const chooseRuntime = ({ version, platform, arch, packageFolder, isCheckout, pinnedVersion }) => {
  if (isRecent(version)) return { kind: 'here' }
  const system = platform === 'win32' ? 'win' : platform
  const pinned = upward(packageFolder)
    .map((folder) => join(folder, 'node_modules', `node-${system}-${arch}`))
    .find((folder) => isRecent(pinnedVersion(folder) || '0.0'))
  if (pinned) return { kind: 'pinned', executable: join(pinned, 'bin', system === 'win' ? 'node.exe' : 'node') }
  const fix = isCheckout
    ? `run "npm ci" in ${packageFolder}, which brings a Node of its own on Linux and Windows, or install a newer one from https://nodejs.org`
    : `install a newer one from https://nodejs.org, or put one beside it: npm install node-${system}-${arch}@${least[0]}`
  return {
    kind: 'none',
    problem: `Imagehooks needs Node ${least.join('.')} or newer and this is Node ${version}: ${fix}.`,
  }
}
