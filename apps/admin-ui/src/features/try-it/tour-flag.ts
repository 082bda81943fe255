import type { UseStorageOptions } from '@mantine/hooks'

/** Whether this browser's first visit still has its invitation. */
export const tourFlag: UseStorageOptions<'open' | 'over'> = {
  key: 'parley-tour',
  defaultValue: 'open',
  getInitialValueInEffect: false
}
