/** The instance has as many connections as it may. */
export class TooManyConnections extends Error {
  constructor() {
    super('the instance has as many connections as it may')
  }
}
