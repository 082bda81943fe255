// Makes a clone ready: installs, generates the database client and, with --build, compiles. Skips what is up to date.
// Runs before anything is installed: nothing but Node's own modules here.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'

const root = dirname(import.meta.dirname ?? '.')
const nodeVersionMin = [20, 19]
const stampFile = join(root, 'node_modules', '.parley-setup.json')

/** In this order. `inputs` is hashed; a step runs when the hash is not that of its last success, or `missing` says so. */
const steps = [
  { name: 'install', inputs: () => contentOf(['package-lock.json']), missing: isNotInstalled, run: install },
  {
    name: 'generate',
    inputs: () => contentOf(['prisma/schema.prisma', 'package-lock.json']),
    missing: () => !existsSync(join(root, 'packages/database/src/generated/client.ts')),
    run: () => runNode('node_modules/prisma/build/index.js', 'generate')
  },
  {
    name: 'build',
    onlyWith: '--build',
    inputs: sourceTimes,
    missing: () => projects().some((dir) => !existsSync(join(root, dir, 'dist', '.tsbuildinfo'))),
    run: () => runNode('node_modules/typescript/bin/tsc', '-b')
  },
  {
    name: 'admin-ui',
    onlyWith: '--build',
    inputs: uiSourceTimes,
    missing: () => !existsSync(join(root, 'apps/admin-ui/dist/index.html')),
    run: buildUi
  }
]

checkNodeVersion()
for (const step of steps) {
  if (step.onlyWith && !process.argv.includes(step.onlyWith)) continue
  const hash = step.inputs()
  if (readStamps()[step.name] === hash && !step.missing()) continue
  if (step.name === 'install' && installedByHand()) {
    writeStamp(step.name, hash)
    continue
  }
  const startedAt = performance.now()
  step.run()
  writeStamp(step.name, hash)
  console.error(`[setup] ${step.name}: ${((performance.now() - startedAt) / 1000).toFixed(1)} s`)
}

function checkNodeVersion() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > nodeVersionMin[0] || (major === nodeVersionMin[0] && minor >= nodeVersionMin[1])) return
  fail(`Parley needs Node ${nodeVersionMin.join('.')} or newer; this is ${process.version}.`)
}

function isNotInstalled() {
  return !existsSync(join(root, 'node_modules', '.package-lock.json'))
}

/** True when npm itself has written node_modules since the lock last changed. */
function installedByHand() {
  if (isNotInstalled()) return false
  const changedAt = (file) => statSync(join(root, file)).mtimeMs
  return changedAt('node_modules/.package-lock.json') >= changedAt('package-lock.json')
}

/** No dependency needs its install script, and some of them would download what is never used. */
function install() {
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  const npm = process.env.npm_execpath
  if (npm?.endsWith('.js')) run(process.execPath, [npm, ...args])
  else run('npm', args)
}

function buildUi() {
  runNode('node_modules/vite/bin/vite.js', 'build', 'apps/admin-ui', '--logLevel', 'warn')
  runNode('scripts/precompress.mjs', 'apps/admin-ui/dist')
}

function runNode(script, ...args) {
  run(process.execPath, [join(root, script), ...args])
}

function run(command, args) {
  const env = {
    ...process.env,
    // Prisma starts its engine by way of `env node`: it must find this Node.
    PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ''}`,
    CHECKPOINT_DISABLE: '1',
    PRISMA_HIDE_UPDATE_MESSAGE: '1'
  }
  const { status, error, signal } = spawnSync(command, args, { cwd: root, env, stdio: ['ignore', 2, 2] })
  if (error) fail(`${command} could not be started: ${error.message}`)
  if (status !== 0) fail(`${command} ${args.join(' ')} ended with ${signal ?? `exit code ${status}`}.`)
}

function contentOf(files) {
  const hash = createHash('sha256').update(`${process.platform}-${process.arch}`)
  for (const file of files) hash.update(readFileSync(join(root, file)))
  return hash.digest('hex')
}

/** Of everything that the compiler reads. */
function sourceTimes() {
  const files = ['tsconfig.json', 'tsconfig.base.json', 'package-lock.json']
  for (const dir of projects()) {
    files.push(join(dir, 'package.json'), join(dir, 'tsconfig.json'), ...filesBelow(join(dir, 'src')))
  }
  return timesOf(files)
}

/** Of everything that goes into the admin UI. */
function uiSourceTimes() {
  const ui = 'apps/admin-ui'
  const files = ['index.html', 'vite.config.ts', 'package.json'].map((name) => join(ui, name))
  const folders = [join(ui, 'src'), join(ui, 'public'), 'packages/contracts/src']
  return timesOf(['package-lock.json', 'scripts/precompress.mjs', ...files, ...folders.flatMap(filesBelow)])
}

function filesBelow(dir) {
  if (!existsSync(join(root, dir))) return []
  return readdirSync(join(root, dir), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
}

/** Path, size and time of change: cheap enough for every start. */
function timesOf(files) {
  const hash = createHash('sha256')
  for (const file of files.sort()) {
    const { size, mtimeMs } = statSync(join(root, file))
    hash.update(`${file}\0${size}\0${mtimeMs}\n`)
  }
  return hash.digest('hex')
}

/** The folders that `tsc -b` compiles. */
function projects() {
  return JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8')).references.map(({ path }) => path)
}

function readStamps() {
  return existsSync(stampFile) ? JSON.parse(readFileSync(stampFile, 'utf8')) : {}
}

function writeStamp(name, hash) {
  writeFileSync(stampFile, `${JSON.stringify({ ...readStamps(), [name]: hash }, null, 2)}\n`)
}

function fail(sentence) {
  console.error(`[setup] ${sentence}`)
  process.exit(1)
}
