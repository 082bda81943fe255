import { Admission } from '../../src/listeners/admission.js'
import { SimulatedLoop } from './simulated-loop.js'
import { newInstanceId } from './snapshot.js'

const longEnoughMs = 60_000
const nothing = () => undefined

/** Begins nobody before the test says so. */
export class HeldAdmission extends Admission {
  readonly #loop: SimulatedLoop

  constructor(loop = new SimulatedLoop()) {
    super(loop)
    this.#loop = loop
    this.hold()
  }

  /** Who comes alone is begun at once: one that waits keeps all others waiting. */
  hold(): void {
    const nobody = { instanceId: newInstanceId(), begin: nothing, dismiss: nothing }
    while (this.admit(nobody, 1));
  }

  /** Begins all who wait, and who comes then. */
  letIn(): void {
    this.#loop.rest(longEnoughMs)
  }
}
