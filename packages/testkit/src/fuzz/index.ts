// Packets by the million from one seed: valid ones of every type and version, and what may become of them on the way; and
// clients that send them. A way of its own into this package: nothing here needs a test runner.
export { type ByteStream, type Destination, openSocket, openTcpStream } from './byte-stream.js'
export { type FuzzTotals, fuzzConnection, newTotals } from './fuzz-connection.js'
export { inPieces, mutate } from './mutate.js'
export { Random } from './random.js'
export { same } from './same.js'
export { clientPacket, connectPacket, serverPacket } from './valid-packets.js'
export { openWebSocketStream, type WebSocketStream } from './web-socket-stream.js'
