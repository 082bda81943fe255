// Aedes as its documentation sets it up with its Redis plug-ins; a process of its own, without a loader.
// REDIS_PORT and MQTT_PORT, both on 127.0.0.1.
import { createServer } from 'node:net'
import { Aedes } from 'aedes'
import aedesPersistenceRedis from 'aedes-persistence-redis'
import mqemitterRedis from 'mqemitter-redis'

const redis = { host: '127.0.0.1', port: Number(process.env.REDIS_PORT) }
const broker = await Aedes.createBroker({
  mq: mqemitterRedis(redis),
  persistence: aedesPersistenceRedis(redis)
})
const server = createServer((socket) => {
  // As in Parley: without it acknowledgements wait for the transport.
  socket.setNoDelay(true)
  broker.handle(socket)
})
server.listen(Number(process.env.MQTT_PORT), '127.0.0.1')
process.once('SIGTERM', () => broker.close(() => process.exit(0)))
