// Asks this container how it is: `node scripts/container-health.mjs <variable of its port> [path]`. With a path, an HTTP
// answer of 2xx is healthy; without one, that the port accepts a connection.
import { connect } from 'node:net'

const [variable, path] = process.argv.slice(2)
const port = Number(process.env[variable])
const host = '127.0.0.1'

if (path) {
  const response = await fetch(`http://${host}:${port}${path}`)
  process.exitCode = response.ok ? 0 : 1
} else {
  const socket = connect({ port, host }, () => socket.end())
  socket.once('error', (error) => {
    console.error(error.message)
    process.exitCode = 1
  })
}
