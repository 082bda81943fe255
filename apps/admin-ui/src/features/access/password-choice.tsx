import { Input, PasswordInput, SegmentedControl, Stack, Text } from '@mantine/core'
import type { GetInputPropsReturnType } from '@mantine/form'
import { userBounds } from '@parley/contracts'
import { texts } from '../../texts'

const { password: words } = texts.users
const { passwordCharactersMin: min, passwordCharactersMax: max } = userBounds
const modes = [
  { value: 'generated', label: words.generated },
  { value: 'chosen', label: words.chosen }
] as const

export interface PasswordValues {
  mode: (typeof modes)[number]['value']
  password: string
}

/** The better choice comes first: nobody has to think of one. */
export const noPassword: PasswordValues = { mode: 'generated', password: '' }

/** For the form: what is too short is said before it is sent. */
export function passwordProblem(password: string, { mode }: PasswordValues): string | null {
  return mode === 'chosen' && password.length < min ? words.tooShort(min) : null
}

/** What the API is asked for; undefined: that it makes one. */
export function passwordOf({ mode, password }: PasswordValues): string | undefined {
  return mode === 'chosen' ? password : undefined
}

export interface PasswordChoiceProps {
  mode: PasswordValues['mode']
  onMode: (mode: PasswordValues['mode']) => void
  /** Of the field with the chosen one. */
  input: GetInputPropsReturnType
}

/** One that the service makes, or one of one's own. */
export function PasswordChoice({ mode, onMode, input }: PasswordChoiceProps) {
  return (
    <Stack gap={6}>
      <Input.Label component="div" size="sm">
        {words.legend}
      </Input.Label>
      <SegmentedControl
        size="xs"
        aria-label={words.legend}
        data={[...modes]}
        value={mode}
        onChange={onMode}
        style={{ alignSelf: 'flex-start' }}
      />
      {mode === 'generated' ? (
        <Text size="xs" c="dimmed">
          {words.generatedAbout}
        </Text>
      ) : (
        <PasswordInput
          aria-label={words.label}
          description={words.characters(min, max)}
          autoComplete="new-password"
          maxLength={max}
          {...input}
        />
      )}
    </Stack>
  )
}
