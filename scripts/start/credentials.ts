import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createApiKey, parseApiKey } from '@parley/database'
import { writePrivately } from './private-file.js'

/** What opens the demo tenant. The same on every start. */
export interface Credentials {
  apiKey: string
  adminEmail: string
  adminPassword: string
}

const fileName = 'credentials.json'
const adminEmail = 'admin@demo.local'
const passwordBytes = 15

/** Those of the data folder; new ones when there are none. */
export function readOrMakeCredentials(dataDir: string): Credentials {
  const file = join(dataDir, fileName)
  const kept = existsSync(file) ? parse(readFileSync(file, 'utf8')) : undefined
  if (kept) return kept
  const adminPassword = randomBytes(passwordBytes).toString('base64url')
  const made = { apiKey: createApiKey().plain, adminEmail, adminPassword }
  writePrivately(file, made)
  return made
}

function parse(text: string): Credentials | undefined {
  try {
    const read = JSON.parse(text) as Partial<Credentials>
    const complete = parseApiKey(read.apiKey ?? '') && read.adminEmail && read.adminPassword
    return complete ? (read as Credentials) : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
