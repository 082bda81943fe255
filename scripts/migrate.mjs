// Brings the database of DATABASE_URL to the newest migration: what a container does before it starts the API.
// Runs on compiled packages, without anything that only development needs.
import { migrate } from '@parley/database'

const url = process.env.DATABASE_URL
if (!url) {
  console.error('DATABASE_URL is not set.')
  process.exit(1)
}
try {
  const applied = await migrate(url)
  console.log(applied.length ? `Applied: ${applied.join(', ')}` : 'The database is up to date.')
} catch (error) {
  console.error(error.message || error.code)
  process.exit(1)
}
