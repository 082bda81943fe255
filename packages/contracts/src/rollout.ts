import { type Static, Type } from 'typebox'

/** On how many live nodes the current revision really runs: "revision 42 on 3 of 3 nodes". */
export const Rollout = Type.Object({ nodes: Type.Integer(), applied: Type.Integer() })
export type Rollout = Static<typeof Rollout>
