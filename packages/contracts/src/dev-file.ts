import { type Static, Type } from 'typebox'

/** Name of the file in the data folder that says where a running `npm start` can be reached. */
export const devFileName = 'dev.json'

export const DevFile = Type.Object({
  apiUrl: Type.String(),
  adminUrl: Type.String(),
  apiKey: Type.String(),
  adminEmail: Type.String(),
  adminPassword: Type.String(),
  pid: Type.Integer(),
  demo: Type.Object({
    instanceId: Type.String(),
    mqttPort: Type.Integer(),
    wsUrl: Type.String(),
    httpUrl: Type.String()
  })
})
export type DevFile = Static<typeof DevFile>
