import { spawn } from 'node:child_process'
import { bareEnvironment, root } from './npm-start.js'

export interface Finished {
  code: number | null
  stdout: string
  stderr: string
}

/** Runs a script of the repository to its end, as its npm script does. */
export function runScript(script: string, env: NodeJS.ProcessEnv): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--conditions=source', '--import', 'tsx', script], {
      cwd: root,
      env: { ...bareEnvironment(), ...env },
      stdio: ['ignore', 'pipe', 'pipe']
    })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk
    })
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk
    })
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, stdout, stderr }))
  })
}
