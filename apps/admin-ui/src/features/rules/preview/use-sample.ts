import { useEffect, useState } from 'react'
import { readStored, writeStored } from '../../../lib/session-store'
import { firstSample, type Sample } from './sample'

/** The sample message of an instance, kept as long as the tab is open. */
export function useSample(instanceId: string): [Sample, (sample: Sample) => void] {
  const key = `sample-message/${instanceId}`
  const [sample, setSample] = useState(() => ({ ...firstSample, ...readStored<Partial<Sample>>(key) }))
  useEffect(() => writeStored(key, sample), [key, sample])
  return [sample, setSample]
}
